#pragma once

#include <QByteArray>
#include <QString>

namespace penjing::studio {

// Texts in and out of encoded pictures, which Qt's writers cannot do. Nothing is decoded or encoded again.

// An EXIF block (a TIFF file without the "Exif" prefix) whose one entry is this UserComment, as A1111 writes it:
// "UNICODE", a zero, UTF-16 big endian; EXIF 2.32, 4.6.5.
QByteArray exifWithComment(const QString& comment);

// The file with the block inside: JPEG as APP1 behind JFIF's APP0, WebP as chunk EXIF of an extended file (container
// specification, "Extended File Format"). Empty if the file is not of that kind or the block is too long for it.
QByteArray jpegWithExif(const QByteArray& jpeg, const QByteArray& exif);
QByteArray webpWithExif(const QByteArray& webp, const QByteArray& exif);

// The file without any chunk that is not needed to show its pixels. Empty if it is no whole PNG.
QByteArray pngWithoutTexts(const QByteArray& png);

}  // namespace penjing::studio
