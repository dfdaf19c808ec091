#include "history/picture_recipe.h"

#include <QFile>
#include <QtEndian>

namespace penjing::studio {
namespace {

constexpr qint64 kSignatureBytes = 8;
constexpr qint64 kHeaderBytes = 8;  // length and type of a chunk
constexpr qint64 kCrcBytes = 4;
constexpr qint64 kLongestText = 1 << 20;
constexpr qint64 kMostTexts = 8 << 20;  // bytes of all texts together
constexpr int kMostChunks = 1 << 20;

bool isText(const QByteArray& type) {
    return type == "tEXt" || type == "zTXt" || type == "iTXt";
}

std::optional<Recipe> recipeIn(const QByteArray& png) {
    Result<std::optional<Recipe>> recipe =
        readRecipe(reinterpret_cast<const std::uint8_t*>(png.constData()), static_cast<std::size_t>(png.size()));
    return recipe ? std::move(*recipe) : std::nullopt;
}

}  // namespace

std::optional<Recipe> readPictureRecipe(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    QByteArray texts = file.read(kSignatureBytes);  // becomes a PNG of text chunks only
    if (texts != QByteArray("\x89PNG\r\n\x1a\n", kSignatureBytes))
        return std::nullopt;

    bool pixelsReached = false;
    for (int chunk = 0; chunk < kMostChunks && texts.size() < kMostTexts; ++chunk) {
        const QByteArray header = file.read(kHeaderBytes);
        if (header.size() < kHeaderBytes)
            break;
        const qint64 length = qFromBigEndian<quint32>(header.constData());
        const QByteArray type = header.mid(4);
        if (isText(type) && length <= kLongestText) {
            texts += header + file.read(length + kCrcBytes);
            continue;
        }
        // Programs that keep their texts before the pixels need nothing of what follows to be read.
        if (type == "IDAT" && !pixelsReached) {
            pixelsReached = true;
            if (std::optional<Recipe> recipe = recipeIn(texts))
                return recipe;
        }
        if (type == "IEND" || !file.seek(file.pos() + length + kCrcBytes))
            break;
    }
    return recipeIn(texts).value_or(Recipe{});
}

}  // namespace penjing::studio
