#include "history/star_file.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "history/rename_file.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

constexpr qint64 kLargestFile = 16 << 20;

QString starPath(const QString& folder) {
    return folder + QStringLiteral("/.penjing-stars.json");
}

std::optional<Stars> parseStars(const QByteArray& text) {
    const QJsonObject document = QJsonDocument::fromJson(text).object();
    if (document.value(QStringLiteral("version")).toInt() != 1 || !document.value(QStringLiteral("stars")).isArray())
        return std::nullopt;
    Stars stars;
    for (const QJsonValue& name : document.value(QStringLiteral("stars")).toArray())
        if (name.isString())
            stars.insert(name.toString());
    return stars;
}

void putAside(const QString& path) {
    for (int number = 1; number < 1000; ++number)
        if (renameWithoutReplacing(path, QStringLiteral("%1.damaged-%2").arg(path).arg(number)) != EEXIST)
            return;
}

}  // namespace

std::optional<Stars> readStars(const QString& picturesFolder) {
    QFile file(starPath(picturesFolder));
    if (!file.open(QIODevice::ReadOnly))
        return Stars{};
    std::optional<Stars> stars;
    if (file.size() <= kLargestFile)
        stars = parseStars(file.read(kLargestFile));
    if (!stars)
        putAside(file.fileName());
    return stars;
}

Status writeStars(const QString& picturesFolder, const Stars& stars) {
    QStringList names(stars.begin(), stars.end());
    std::sort(names.begin(), names.end());
    const QJsonObject document{{QStringLiteral("version"), 1},
                               {QStringLiteral("stars"), QJsonArray::fromStringList(names)}};
    const QByteArray text = QJsonDocument(document).toJson();
    const QByteArray path = QFile::encodeName(starPath(picturesFolder));
    return writeFileAtomically(path.toStdString(), {text.begin(), text.end()});
}

}  // namespace penjing::studio
