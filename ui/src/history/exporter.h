#pragma once

#include <QImage>
#include <QString>
#include <QStringList>

#include "penjing/result.h"

namespace penjing::studio {

enum class ExportFormat { Png, Jpeg, Webp };

struct ExportOptions {
    ExportFormat format = ExportFormat::Png;
    int quality = 92;        // JPEG and WebP, 1..100
    bool withRecipe = true;  // PNG: as written; JPEG, WebP: the A1111 text in EXIF UserComment
};

// Writes one picture anew to `target` (replaced atomically). WriteFailed or Usage error in one line. Any thread.
Status exportPicture(const QString& picture, const QString& target, const ExportOptions& options);

// A sheet of pictures with their prompts below, columns wide, cells of cellSize pixels; what would make it longer than
// 30,000 pixels is left out. Null if there is nothing to show. Any thread.
QImage contactSheet(const QStringList& pictures, int columns, int cellSize);

}  // namespace penjing::studio
