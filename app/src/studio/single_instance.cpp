#include "studio/single_instance.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QThread>
#include <QTimer>
#include <QUuid>

namespace penjing::studio {
namespace {

constexpr int answerMilliseconds = 5000;
constexpr int pollMilliseconds = 20;
constexpr qint64 largestRequest = 1 << 20;
const QString requestFiles = QStringLiteral("*.request");

// Absolute paths with NUL between them, since a file name may contain newlines.
QByteArray encode(const QStringList& files) {
    return files.join(QChar(0)).toUtf8();
}

QStringList decode(const QByteArray& text) {
    return QString::fromUtf8(text).split(QChar(0), Qt::SkipEmptyParts);
}

}  // namespace

SingleInstance::SingleInstance(const QString& stateFolder, QObject* parent)
    : QObject(parent),
      requests_(stateFolder + QStringLiteral("/requests")),
      lock_(stateFolder + QStringLiteral("/studio.lock")) {
    lock_.setStaleLockTime(0);  // a window may be open for weeks; the lock of a process that died is taken over anyway
}

Result<bool> SingleInstance::becomeFirst() {
    if (!lock_.tryLock()) {
        if (lock_.error() == QLockFile::LockFailedError)
            return false;
        return Error{ErrorCode::WriteFailed, "cannot write to " + lock_.fileName().toStdString()};
    }
    if (!QDir().mkpath(requests_))
        return Error{ErrorCode::WriteFailed, "cannot make the folder " + requests_.toStdString()};
    watcher_.addPath(requests_);
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, &SingleInstance::takeRequests);
    QTimer::singleShot(0, this, &SingleInstance::takeRequests);  // of a start that came between lock and watcher
    return true;
}

Status SingleInstance::handOver(const QStringList& files) const {
    const QString name = requests_ + QLatin1Char('/') + QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QString path = name + QStringLiteral(".request");
    QSaveFile request(path);  // appears under its name when it is whole
    if (!request.open(QIODevice::WriteOnly) || request.write(encode(files)) < 0 || !request.commit())
        return Error{ErrorCode::WriteFailed, "cannot write to " + path.toStdString()};
    const QDeadlineTimer deadline(answerMilliseconds);
    while (QFile::exists(path)) {
        if (deadline.hasExpired()) {
            QFile::remove(path);
            return Error{ErrorCode::Internal,
                         "the window is open already, but it does not answer; close it, or end penjing-studio"};
        }
        QThread::msleep(pollMilliseconds);
    }
    return {};
}

void SingleInstance::takeRequests() {
    const QDir folder(requests_);
    for (const QString& name : folder.entryList({requestFiles}, QDir::Files, QDir::Time | QDir::Reversed)) {
        QFile file(folder.filePath(name));
        const bool readable = file.open(QIODevice::ReadOnly);
        const QStringList files = readable ? decode(file.read(largestRequest)) : QStringList();
        file.close();
        if (QFile::remove(file.fileName()) && readable)
            Q_EMIT opened(files);
    }
}

}  // namespace penjing::studio
