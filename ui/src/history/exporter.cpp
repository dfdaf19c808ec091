#include "history/exporter.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFile>
#include <QImageWriter>
#include <QStringDecoder>

#include "history/picture_metadata.h"
#include "history/picture_pixels.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

constexpr qint64 kLargestPicture = 1 << 30;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(penjing::studio::Exporter)
};

Error failure(ErrorCode code, const QString& sentence) {
    return {code, sentence.toStdString()};
}

Result<QByteArray> readPicture(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Usage, Text::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    if (file.size() > kLargestPicture)
        return failure(ErrorCode::Usage, Text::tr("%1 is too large").arg(path));
    return file.readAll();
}

// The text that programs of the field share, word for word as it stands in the picture, whoever made it (of the image,
// not of its reader, which takes line breaks out). Some write UTF-8 where PNG means Latin-1, as which Qt reads it.
QString parametersOf(const QImage& picture) {
    const QString text = picture.text(QStringLiteral("parameters"));
    const QByteArray bytes = text.toLatin1();
    if (QString::fromLatin1(bytes) != text)
        return text;
    auto decoder = QStringDecoder(QStringDecoder::Utf8);
    const QString decoded = decoder(bytes);
    return decoder.hasError() ? text : decoded;
}

Result<QByteArray> encode(const QImage& pixels, const char* format, int quality) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, format);
    writer.setQuality(quality);
    writer.setOptimizedWrite(true);
    if (!writer.write(pixels))
        return failure(ErrorCode::WriteFailed, Text::tr("This picture cannot be written as %1: %2")
                                                   .arg(QString::fromLatin1(format).toUpper(), writer.errorString()));
    return bytes;
}

Result<QByteArray> pngBytes(const QString& picture, bool withRecipe) {
    Result<QByteArray> file = readPicture(picture);
    if (!file || withRecipe)
        return file;
    const QByteArray plain = pngWithoutTexts(*file);
    if (plain.isEmpty())
        return failure(ErrorCode::Usage, Text::tr("%1 is damaged").arg(picture));
    return plain;
}

Result<QByteArray> encodedBytes(const QString& picture, const ExportOptions& options) {
    const QImage image = readImage(picture);
    const QImage pixels = plainPixels(image);
    if (pixels.isNull())
        return failure(ErrorCode::Usage, Text::tr("%1 cannot be read as a picture").arg(picture));
    const bool isJpeg = options.format == ExportFormat::Jpeg;
    Result<QByteArray> file = encode(pixels, isJpeg ? "jpeg" : "webp", options.quality);
    const QString parameters = options.withRecipe ? parametersOf(image) : QString();
    if (!file || parameters.isEmpty())
        return file;
    const QByteArray exif = exifWithComment(parameters);
    const QByteArray tagged = isJpeg ? jpegWithExif(*file, exif) : webpWithExif(*file, exif);
    if (tagged.isEmpty())
        return failure(
            ErrorCode::WriteFailed,
            Text::tr("The recipe of %1 is too long for this format: choose PNG, or leave the recipe out").arg(picture));
    return tagged;
}

}  // namespace

Status exportPicture(const QString& picture, const QString& target, const ExportOptions& options) {
    const Result<QByteArray> bytes =
        options.format == ExportFormat::Png ? pngBytes(picture, options.withRecipe) : encodedBytes(picture, options);
    if (!bytes)
        return bytes.error();
    return writeFileAtomically(QFile::encodeName(target).toStdString(), {bytes->begin(), bytes->end()});
}

}  // namespace penjing::studio
