#include "history/picture_metadata.h"

#include <QList>
#include <QtEndian>

namespace penjing::studio {
namespace {

// TIFF
constexpr quint16 kTiffMagic = 42;
constexpr quint16 kTagExifFolder = 0x8769;
constexpr quint16 kTagUserComment = 0x9286;
constexpr quint16 kTypeLong = 4;
constexpr quint16 kTypeUndefined = 7;
constexpr quint32 kFirstFolder = 8;
constexpr quint32 kFolderBytes = 2 + 12 + 4;  // number of entries, one entry, offset of the next folder
// JPEG
constexpr qsizetype kLongestSegment = 65535;  // its length counts itself
const QByteArray kExifPrefix("Exif\0\0", 6);
// WebP
constexpr qsizetype kRiffHeader = 12;
constexpr quint8 kFlagExif = 0x08;
constexpr quint8 kFlagAlpha = 0x10;
constexpr int kChunkHeader = 8;
// PNG
constexpr qsizetype kPngSignature = 8;
constexpr qsizetype kPngChunkBytes = 12;  // length, type and checksum

template <typename T>
void appendBig(QByteArray& out, T value) {
    const T big = qToBigEndian(value);
    out.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void appendLittle32(QByteArray& out, quint32 value) {
    const quint32 little = qToLittleEndian(value);
    out.append(reinterpret_cast<const char*>(&little), sizeof little);
}

void appendLittle24(QByteArray& out, quint32 value) {
    for (int shift = 0; shift < 24; shift += 8) out.append(static_cast<char>(value >> shift & 0xff));
}

void appendEntry(QByteArray& out, quint16 tag, quint16 type, quint32 count, quint32 valueOrOffset) {
    appendBig<quint16>(out, 1);  // a folder of one entry
    appendBig(out, tag);
    appendBig(out, type);
    appendBig(out, count);
    appendBig(out, valueOrOffset);
    appendBig<quint32>(out, 0);  // no further folder
}

quint8 byteAt(const QByteArray& bytes, qsizetype at) {
    return static_cast<quint8>(bytes.at(at));
}

struct CanvasSize {
    quint32 width = 0;
    quint32 height = 0;
    bool hasAlpha = false;
};

// Of a simple WebP file, from the head of its only chunk (RFC 6386 9.1; lossless specification 3).
CanvasSize simpleCanvas(const QByteArray& type, const QByteArray& body) {
    if (type == "VP8 " && body.size() >= 10)
        return {quint32{qFromLittleEndian<quint16>(body.constData() + 6)} & 0x3fff,
                quint32{qFromLittleEndian<quint16>(body.constData() + 8)} & 0x3fff};
    if (type == "VP8L" && body.size() >= 5 && byteAt(body, 0) == 0x2f) {
        const quint32 bits = qFromLittleEndian<quint32>(body.constData() + 1);
        return {(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, (bits >> 28 & 1) != 0};
    }
    return {};
}

void appendChunk(QByteArray& out, const QByteArray& type, const QByteArray& body) {
    out += type;
    appendLittle32(out, static_cast<quint32>(body.size()));
    out += body;
    if (body.size() % 2)
        out += '\0';
}

bool isNeededChunk(const QByteArray& type) {
    // Critical chunks have a capital first letter; of the others, those that say what the pixels mean.
    static const QList<QByteArray> kept{"tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs", "cICP", "bKGD"};
    return (byteAt(type, 0) & 0x20) == 0 || kept.contains(type);
}

}  // namespace

QByteArray exifWithComment(const QString& comment) {
    QByteArray text("UNICODE\0", 8);
    for (const QChar unit : comment) appendBig<quint16>(text, unit.unicode());

    QByteArray exif("MM");
    appendBig(exif, kTiffMagic);
    appendBig(exif, kFirstFolder);
    appendEntry(exif, kTagExifFolder, kTypeLong, 1, kFirstFolder + kFolderBytes);
    appendEntry(exif, kTagUserComment, kTypeUndefined, static_cast<quint32>(text.size()),
                kFirstFolder + 2 * kFolderBytes);
    return exif + text;
}

QByteArray jpegWithExif(const QByteArray& jpeg, const QByteArray& exif) {
    const qsizetype length = 2 + kExifPrefix.size() + exif.size();
    if (!jpeg.startsWith("\xff\xd8\xff") || jpeg.size() < 6 || length > kLongestSegment)
        return {};
    qsizetype at = 2;
    if (byteAt(jpeg, 3) == 0xe0) {
        at += 2 + qFromBigEndian<quint16>(jpeg.constData() + 4);
        if (at > jpeg.size())
            return {};
    }
    QByteArray segment("\xff\xe1");
    appendBig(segment, static_cast<quint16>(length));
    return jpeg.first(at) + segment + kExifPrefix + exif + jpeg.mid(at);
}

QByteArray webpWithExif(const QByteArray& webp, const QByteArray& exif) {
    if (webp.size() < kRiffHeader + kChunkHeader || !webp.startsWith("RIFF") || webp.mid(8, 4) != "WEBP")
        return {};
    const QByteArray type = webp.mid(kRiffHeader, 4);
    QByteArray chunks = webp.mid(kRiffHeader);
    if (chunks.size() % 2)
        chunks += '\0';
    if (type == "VP8X") {
        if (chunks.size() < kChunkHeader + 10)
            return {};
        chunks[kChunkHeader] = static_cast<char>(byteAt(chunks, kChunkHeader) | kFlagExif);
    } else {
        const CanvasSize canvas = simpleCanvas(type, chunks.mid(kChunkHeader, 10));
        if (canvas.width == 0 || canvas.height == 0)
            return {};
        QByteArray head(1, static_cast<char>(kFlagExif | (canvas.hasAlpha ? kFlagAlpha : 0)));
        head.append(3, '\0');
        appendLittle24(head, canvas.width - 1);
        appendLittle24(head, canvas.height - 1);
        QByteArray extended;
        appendChunk(extended, "VP8X", head);
        chunks.prepend(extended);
    }
    appendChunk(chunks, "EXIF", exif);

    QByteArray file("RIFF");
    appendLittle32(file, static_cast<quint32>(4 + chunks.size()));
    return file + "WEBP" + chunks;
}

QByteArray pngWithoutTexts(const QByteArray& png) {
    if (!png.startsWith(QByteArray("\x89PNG\r\n\x1a\n", kPngSignature)))
        return {};
    QByteArray plain = png.first(kPngSignature);
    qsizetype at = kPngSignature;
    while (png.size() - at >= kPngChunkBytes) {
        const qsizetype length = qFromBigEndian<quint32>(png.constData() + at);
        if (length > png.size() - at - kPngChunkBytes)
            return {};
        const QByteArray type = png.mid(at + 4, 4);
        if (isNeededChunk(type))
            plain += QByteArrayView(png).sliced(at, length + kPngChunkBytes);
        at += length + kPngChunkBytes;
        if (type == "IEND")
            return plain;
    }
    return {};
}

}  // namespace penjing::studio
