#include "history/picture_bin.h"

#include <QDir>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "history/rename_file.h"

namespace penjing::studio {
namespace {

const QString kBin = QStringLiteral(".penjing-bin");
const QString kEmptied = QStringLiteral(".penjing-emptied-");
constexpr int kBatchDigits = 8;
constexpr int kMostNames = 10000;

QString reason(const QString& name, int error) {
    return QStringLiteral("%1: %2").arg(name, QString::fromLocal8Bit(std::strerror(error)));
}

QStringList filesIn(const QString& folder) {
    return QDir(folder).entryList(QDir::Files | QDir::Hidden | QDir::System | QDir::NoSymLinks, QDir::Name);
}

QString numbered(const QString& name, int number) {
    if (number == 1)
        return name;
    const QFileInfo file(name);
    const QString suffix = file.suffix().isEmpty() ? QString() : '.' + file.suffix();
    return QStringLiteral("%1 (%2)%3").arg(file.completeBaseName()).arg(number).arg(suffix);
}

}  // namespace

PictureBin::PictureBin(QString picturesFolder) : folder_(std::move(picturesFolder)) {}

bool PictureBin::isKey(const QString& pathInFolder) {
    return pathInFolder.startsWith(kBin + '/');
}

QString PictureBin::batchFolder(const QString& batch) const {
    return folder_ + '/' + kBin + '/' + batch;
}

QStringList PictureBin::batches() const {
    QStringList found;
    // Links are not followed: whoever placed one must not make undo or emptying reach outside.
    if (QFileInfo(folder_ + '/' + kBin).isSymLink())
        return found;
    const QDir bin(folder_ + '/' + kBin);
    for (const QString& name : bin.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks, QDir::Name)) {
        bool isNumber = false;
        name.toUInt(&isNumber);
        if (isNumber && name.size() == kBatchDigits)
            found << name;
    }
    return found;
}

QString PictureBin::newBatch(QString& problem) const {
    const QString bin = folder_ + '/' + kBin;
    if (QFileInfo(bin).isSymLink() || !QDir().mkpath(bin)) {
        problem = reason(bin, ENOTDIR);
        return {};
    }
    const QStringList known = batches();
    uint number = known.isEmpty() ? 1 : known.last().toUInt() + 1;
    // Another window may take the same number at the same time.
    for (int attempt = 0; attempt < 100; ++attempt, ++number) {
        const QString batch = QStringLiteral("%1").arg(number, kBatchDigits, 10, QLatin1Char('0'));
        if (QDir().mkdir(batchFolder(batch)))
            return batch;
        if (!QFileInfo::exists(batchFolder(batch)))
            break;
    }
    problem = reason(bin, EACCES);
    return {};
}

PictureBin::Outcome PictureBin::remove(const QStringList& names) {
    Outcome outcome;
    const QString batch = newBatch(outcome.problem);
    if (batch.isEmpty())
        return outcome;
    for (const QString& name : names) {
        if (const int error = renameWithoutReplacing(folder_ + '/' + name, batchFolder(batch) + '/' + name))
            outcome.problem = reason(name, error);
        else
            outcome.moved.push_back({name, kBin + '/' + batch + '/' + name});
    }
    if (outcome.moved.empty())
        QDir().rmdir(batchFolder(batch));
    return outcome;
}

QString PictureBin::moveBack(const QString& batch, const QString& name, Outcome& outcome) const {
    for (int number = 1; number <= kMostNames; ++number) {
        const QString target = numbered(name, number);
        const int error = renameWithoutReplacing(batchFolder(batch) + '/' + name, folder_ + '/' + target);
        if (error == EEXIST)
            continue;
        if (error)
            return reason(name, error);
        outcome.moved.push_back({target, kBin + '/' + batch + '/' + name});
        return {};
    }
    return reason(name, EEXIST);
}

PictureBin::Outcome PictureBin::restoreLast() {
    Outcome outcome;
    const QStringList known = batches();
    for (auto batch = known.rbegin(); batch != known.rend() && outcome.moved.empty(); ++batch) {
        for (const QString& name : filesIn(batchFolder(*batch)))
            if (const QString problem = moveBack(*batch, name, outcome); !problem.isEmpty())
                outcome.problem = problem;
        if (!outcome.problem.isEmpty())
            break;  // going on with an older removal would mix up the order
        QDir().rmdir(batchFolder(*batch));
    }
    return outcome;
}

bool PictureBin::isEmpty() const {
    for (const QString& batch : batches())
        if (!filesIn(batchFolder(batch)).isEmpty())
            return false;
    return true;
}

int PictureBin::count() const {
    qsizetype pictures = 0;
    for (const QString& batch : batches()) pictures += filesIn(batchFolder(batch)).size();
    return static_cast<int>(pictures);
}

QString PictureBin::empty() {
    const QString bin = folder_ + '/' + kBin;
    if (!QFileInfo::exists(bin))
        return {};
    for (int number = 1; number <= kMostNames; ++number) {
        const int error = renameWithoutReplacing(bin, folder_ + '/' + kEmptied + QString::number(number));
        if (error != EEXIST)
            return error ? reason(bin, error) : QString();
    }
    return reason(bin, EEXIST);
}

void PictureBin::deleteEmptied() {
    const QDir folder(folder_);
    for (const QString& name : folder.entryList({kEmptied + '*'}, QDir::Dirs | QDir::Hidden | QDir::NoSymLinks)) {
        std::error_code ignored;  // what stays is tried again at the next start; links are removed, not followed
        std::filesystem::remove_all(std::filesystem::path(QFile::encodeName(folder.filePath(name)).toStdString()),
                                    ignored);
    }
}

}  // namespace penjing::studio
