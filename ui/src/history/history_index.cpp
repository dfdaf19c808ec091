#include "history/history_index.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QFile>

namespace penjing::studio {
namespace {

constexpr char kMagic[] = "PJHIST02";  // its digits change with the layout
constexpr qint64 kMagicBytes = 8;
constexpr qint64 kChecksumBytes = 32;
constexpr qint64 kLargestFile = 1 << 30;

QByteArray checksum(const QByteArray& payload) {
    return QCryptographicHash::hash(payload, QCryptographicHash::Sha256);
}

void writeText(QDataStream& out, const std::string& text) {
    out << QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
}

void writeRecipe(QDataStream& out, const Recipe& recipe) {
    out << quint64{recipe.seed} << qint32{recipe.steps} << recipe.guidance << qint32{recipe.width}
        << qint32{recipe.height} << recipe.shift << qint32{recipe.stoppedAfter} << recipe.compactText
        << recipe.variation.has_value();
    if (recipe.variation)
        out << quint64{recipe.variation->seed} << recipe.variation->strength;
    for (const std::string* text : {&recipe.prompt, &recipe.modelName, &recipe.modelHash, &recipe.kernels,
                                    &recipe.precision, &recipe.engineVersion, &recipe.pixelHash, &recipe.created})
        writeText(out, *text);
}

std::string readText(QDataStream& in) {
    QByteArray text;
    in >> text;
    return text.toStdString();
}

Recipe readRecipeFields(QDataStream& in) {
    Recipe recipe;
    quint64 seed = 0;
    qint32 steps = 0, width = 0, height = 0, stoppedAfter = 0;
    bool isVariation = false;
    in >> seed >> steps >> recipe.guidance >> width >> height >> recipe.shift >> stoppedAfter >> recipe.compactText >>
        isVariation;
    recipe.seed = seed;
    recipe.steps = steps;
    recipe.width = width;
    recipe.height = height;
    recipe.stoppedAfter = stoppedAfter;
    if (isVariation) {
        quint64 variationSeed = 0;
        double strength = 0.0;
        in >> variationSeed >> strength;
        recipe.variation = Variation{variationSeed, strength};
    }
    for (std::string* text : {&recipe.prompt, &recipe.modelName, &recipe.modelHash, &recipe.kernels, &recipe.precision,
                              &recipe.engineVersion, &recipe.pixelHash, &recipe.created})
        *text = readText(in);
    return recipe;
}

PictureRecord readRecord(QDataStream& in) {
    PictureRecord record;
    QByteArray name;
    in >> name >> record.size >> record.modifiedNs >> record.isPicture;
    record.name = QString::fromUtf8(name);
    record.recipe = readRecipeFields(in);
    return record;
}

std::vector<RecordPtr> parse(const QByteArray& payload) {
    QDataStream in(payload);
    in.setVersion(QDataStream::Qt_6_4);
    quint32 count = 0;
    in >> count;
    std::vector<RecordPtr> records;
    // The count is not trusted with a reservation; a short file ends the loop.
    for (quint32 i = 0; i < count; ++i) {
        PictureRecord record = readRecord(in);
        if (in.status() != QDataStream::Ok || record.name.isEmpty() || record.name.contains('/'))
            return {};
        records.push_back(finishRecord(std::move(record)));
    }
    return records;
}

}  // namespace

std::vector<RecordPtr> readIndex(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile)
        return {};
    const QByteArray content = file.readAll();
    if (content.size() < kMagicBytes + kChecksumBytes || !content.startsWith(kMagic))
        return {};
    const QByteArray payload = content.mid(kMagicBytes + kChecksumBytes);
    if (checksum(payload) != content.mid(kMagicBytes, kChecksumBytes))
        return {};
    return parse(payload);
}

Status writeIndex(const QString& path, const std::vector<RecordPtr>& records) {
    QByteArray payload;
    QDataStream out(&payload, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << static_cast<quint32>(records.size());
    for (const RecordPtr& record : records) {
        out << record->name.toUtf8() << record->size << record->modifiedNs << record->isPicture;
        writeRecipe(out, record->recipe);
    }
    const QByteArray content = QByteArray(kMagic, kMagicBytes) + checksum(payload) + payload;
    return writeFileAtomically(QFile::encodeName(path).toStdString(), {content.begin(), content.end()});
}

}  // namespace penjing::studio
