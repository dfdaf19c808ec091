#include "core/picture_name.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTextBoundaryFinder>

namespace penjing::studio {
namespace {

constexpr int kMostBytes = 120;
const QLatin1String kSuffix(".png");

constexpr char32_t kJoiner = 0x200d;       // between the parts of one emoji
constexpr char32_t kReplacement = 0xfffd;  // what stood for half a character

bool isUsable(char32_t c) {
    if (c == kReplacement || c < 0x20 ||
        (c < 0x80 && QStringView(u"<>:\"/\\|?*").contains(QChar(static_cast<char16_t>(c)))))
        return false;
    switch (QChar::category(c)) {
        case QChar::Other_Control:
        case QChar::Other_Surrogate:
        case QChar::Other_NotAssigned:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
            return false;
        case QChar::Other_Format:
            return c == kJoiner;  // the others turn the direction of writing, or cannot be seen
        default:
            return true;
    }
}

// Every run of space and forbidden characters becomes one hyphen.
QString cleaned(const QString& text) {
    QString result;
    for (const char32_t c : text.toUcs4()) {
        if (isUsable(c) && QChar::category(c) != QChar::Separator_Space)
            result += QString::fromUcs4(&c, 1);
        else if (!result.isEmpty() && !result.endsWith(u'-'))
            result += u'-';
    }
    while (result.endsWith(u'-')) result.chop(1);
    return result;
}

// At most `bytes` of UTF-8, cut between two characters as a person sees them.
QString shortened(const QString& text, int bytes) {
    if (text.toUtf8().size() <= bytes)
        return text;
    QTextBoundaryFinder boundaries(QTextBoundaryFinder::Grapheme, text);
    qsizetype end = 0;
    int used = 0;
    for (qsizetype next = boundaries.toNextBoundary(); next >= 0; next = boundaries.toNextBoundary()) {
        used += static_cast<int>(QStringView(text).mid(end, next - end).toUtf8().size());
        if (used > bytes)
            break;
        end = next;
    }
    return text.left(end);
}

QString replaced(QString pattern, const DrawSettings& settings, const QString& modelName, const QDateTime& now,
                 const QString& prompt) {
    const QString size = settings.width > 0 && settings.height > 0
                             ? QString("%1x%2").arg(settings.width).arg(settings.height)
                             : QString();
    // The prompt last: what stands in it is text, whatever braces it has.
    return pattern.replace("{seed}", QString::number(settings.seed))
        .replace("{date}", now.toString("yyyy-MM-dd"))
        .replace("{time}", now.toString("HHmmss"))
        .replace("{steps}", settings.steps > 0 ? QString::number(settings.steps) : QString())
        .replace("{size}", size)
        .replace("{model}", modelName)
        .replace("{prompt}", prompt);
}

QString withoutEdges(QString name) {
    const auto isEdge = [](QChar c) { return c == u'.' || c == u' ' || c == u'-'; };
    while (!name.isEmpty() && isEdge(name.back())) name.chop(1);
    while (!name.isEmpty() && isEdge(name.front())) name.remove(0, 1);
    return name;
}

// Names that Windows keeps for devices, whatever follows the first dot.
bool isReserved(const QString& name) {
    static const QRegularExpression reserved("^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\\.|$)",
                                             QRegularExpression::CaseInsensitiveOption);
    return reserved.match(name).hasMatch();
}

}  // namespace

QString pictureName(const QString& pattern, const DrawSettings& settings, const QString& modelName,
                    const QDateTime& now) {
    const int most = kMostBytes - static_cast<int>(kSuffix.size()) - 1;  // one byte for the underscore below
    const QString prompt = cleaned(settings.prompt);
    const auto filled = [&](const QString& text) { return cleaned(replaced(pattern, settings, modelName, now, text)); };

    QString name = filled(prompt);
    if (const auto excess = static_cast<int>(name.toUtf8().size()) - most; excess > 0) {
        // The prompt gives way first, so that the seed behind it stays.
        const auto uses = std::max<qsizetype>(1, pattern.count("{prompt}"));
        const auto kept = static_cast<int>(prompt.toUtf8().size() - (excess + uses - 1) / uses);
        name = filled(withoutEdges(shortened(prompt, std::max(0, kept))));
    }
    name = withoutEdges(shortened(name, most));
    if (name.isEmpty())
        name = "picture";
    if (isReserved(name))
        name.prepend(u'_');
    return name + kSuffix;
}

QString freePath(const QString& folder, const QString& name, const QStringList& taken) {
    const auto isTaken = [&](const QString& path) {
        const QFileInfo file(path);
        return file.exists() || file.isSymLink() || taken.contains(path);
    };
    const QDir directory(folder);
    QString path = directory.absoluteFilePath(name);
    const QString suffix = QFileInfo(name).suffix();
    const qsizetype stem = suffix.isEmpty() ? name.size() : name.size() - suffix.size() - 1;
    for (int n = 2; isTaken(path); ++n)
        path = directory.absoluteFilePath(name.left(stem) + QString(" (%1)").arg(n) + name.mid(stem));
    return path;
}

}  // namespace penjing::studio
