#include "studio/places.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace penjing::studio {
namespace {

QString below(QStandardPaths::StandardLocation location) {
    return QStandardPaths::writableLocation(location) + QStringLiteral("/penjing");
}

Places choosePlaces(const QString& stateFolder) {
    if (stateFolder.isEmpty()) {
        const QString data = below(QStandardPaths::GenericDataLocation);
        return {below(QStandardPaths::GenericConfigLocation) + QStringLiteral("/studio.ini"),
                data + QStringLiteral("/state"), data + QStringLiteral("/models"),
                below(QStandardPaths::GenericCacheLocation)};
    }
    const QString root = QFileInfo(stateFolder).absoluteFilePath();
    return {root + QStringLiteral("/studio.ini"), root + QStringLiteral("/state"), root + QStringLiteral("/models"),
            root + QStringLiteral("/cache")};
}

Status makeFolder(const QString& folder) {
    const QFileDevice::Permissions ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    const bool existed = QDir(folder).exists();
    if (!QDir().mkpath(folder))
        return Error{ErrorCode::WriteFailed, "cannot make the folder " + folder.toStdString()};
    if (!existed)
        QFile::setPermissions(folder, ownerOnly);  // prompts are private; a file system without modes is fine, too
    return {};
}

}  // namespace

Result<Places> makePlaces(const QString& stateFolder) {
    const Places places = choosePlaces(stateFolder);
    for (const QString& folder : {QFileInfo(places.settings).path(), places.state, places.models, places.cache})
        PENJING_TRY(makeFolder(folder));
    return places;
}

}  // namespace penjing::studio
