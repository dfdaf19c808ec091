#include "history/export_run.h"

#include <QBuffer>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "core/draw_settings.h"
#include "core/picture_name.h"
#include "history/picture_recipe.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

QString suffixOf(ExportFormat format) {
    switch (format) {
        case ExportFormat::Jpeg:
            return QStringLiteral("jpg");
        case ExportFormat::Webp:
            return QStringLiteral("webp");
        case ExportFormat::Png:
            break;
    }
    return QStringLiteral("png");
}

// A name for the picture from its own recipe and its own time.
QString baseName(const QString& picture, const QString& pattern) {
    const Recipe recipe = readPictureRecipe(picture).value_or(Recipe{});
    QDateTime created = QDateTime::fromString(QString::fromStdString(recipe.created), Qt::ISODate);
    if (!created.isValid())
        created = QFileInfo(picture).lastModified();
    if (recipe.prompt.empty())
        return QFileInfo(picture).completeBaseName();
    const QString name =
        pictureName(pattern, fromRecipe(recipe), QString::fromStdString(recipe.modelName), created.toLocalTime());
    return QFileInfo(name).completeBaseName();
}

QString freeTarget(const QString& folder, const QString& base, const QString& suffix, QSet<QString>& taken) {
    for (int number = 1;; ++number) {
        const QString name = number == 1 ? base : QStringLiteral("%1 (%2)").arg(base).arg(number);
        const QString path = QStringLiteral("%1/%2.%3").arg(folder, name, suffix);
        if (taken.contains(path) || QFileInfo::exists(path))
            continue;
        taken.insert(path);
        return path;
    }
}

Status writeSheet(const QStringList& pictures, const QString& target, const ExportJob& job) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const QByteArray format = suffixOf(job.options.format).toLatin1();
    const QImage sheet = contactSheet(pictures, job.sheetColumns, job.cellSize);
    if (!sheet.save(&buffer, format.constData(), job.options.format == ExportFormat::Png ? -1 : job.options.quality))
        return Error{ErrorCode::WriteFailed, ExportRun::tr("The contact sheet cannot be made").toStdString()};
    return writeFileAtomically(QFile::encodeName(target).toStdString(), {bytes.begin(), bytes.end()});
}

}  // namespace

ExportRun::ExportRun(QObject* parent) : QObject(parent) {}

ExportRun::~ExportRun() {
    cancelled_ = true;
    pool_.clear();
    pool_.waitForDone();
}

// Names are chosen on one thread of the pool, because they need the recipes; the files are then written on all.
void ExportRun::start(const ExportJob& job) {
    running_ = true;
    cancelled_ = false;
    done_ = written_ = 0;
    problems_.clear();
    const qsizetype perFile = job.asContactSheets ? qsizetype{job.sheetColumns} * job.sheetRows : 1;
    total_ = static_cast<int>((job.pictures.size() + perFile - 1) / perFile);
    pool_.start([this, job, perFile] { schedule(job, perFile); });
}

// On a thread of the pool.
void ExportRun::schedule(const ExportJob& job, qsizetype perFile) {
    QSet<QString> taken;
    const bool folderThere = QDir().mkpath(job.folder);
    for (qsizetype first = 0; first < job.pictures.size(); first += perFile) {
        if (cancelled_ || !folderThere) {
            report(folderThere ? QString() : tr("%1 cannot be made").arg(job.folder), false);
            continue;
        }
        const QStringList pictures = job.pictures.mid(first, perFile);
        const QString base = job.asContactSheets ? tr("contact sheet") : baseName(pictures.first(), job.namePattern);
        const QString target = freeTarget(job.folder, base, suffixOf(job.options.format), taken);
        pool_.start([this, job, pictures, target] {
            if (cancelled_) {
                report({}, false);
                return;
            }
            const Status status = job.asContactSheets ? writeSheet(pictures, target, job)
                                                      : exportPicture(pictures.first(), target, job.options);
            report(status ? QString() : QString::fromStdString(status.error().message), status.ok());
        });
    }
}

void ExportRun::report(const QString& problem, bool written) {
    QMetaObject::invokeMethod(
        this,
        [=, this] {
            written_ += written;
            if (!problem.isEmpty() && !problems_.contains(problem))
                problems_ << problem;
            Q_EMIT progressed(++done_, total_);
            if (done_ < total_)
                return;
            running_ = false;
            Q_EMIT finished(written_, problems_, cancelled_);
        },
        Qt::QueuedConnection);
}

void ExportRun::cancel() {
    cancelled_ = true;
}

}  // namespace penjing::studio
