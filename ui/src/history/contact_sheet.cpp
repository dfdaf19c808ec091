#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

#include "history/exporter.h"
#include "history/picture_pixels.h"
#include "history/picture_recipe.h"

namespace penjing::studio {
namespace {

constexpr int kTextLines = 3;
constexpr int kLongestSide = 30000;  // pixels; QPainter's limit is 32767

struct Layout {
    int columns = 1;
    int cell = 0;
    int margin = 0;
    int textHeight = 0;
    int rows = 0;

    int stepX() const { return cell + margin; }
    int stepY() const { return cell + textHeight + margin; }
    QSize size() const { return {margin + columns * stepX(), margin + rows * stepY()}; }
    QPoint place(int i) const { return {margin + i % columns * stepX(), margin + i / columns * stepY()}; }
};

Layout layOut(int pictures, int columns, int cellSize, const QFontMetrics& metrics) {
    Layout layout;
    layout.cell = std::clamp(cellSize, 32, 2048);
    layout.margin = std::max(8, layout.cell / 16);
    layout.columns = std::clamp(columns, 1, (kLongestSide - layout.margin) / layout.stepX());
    layout.textHeight = metrics.lineSpacing() * kTextLines + layout.margin / 2;
    layout.rows =
        std::min((pictures + layout.columns - 1) / layout.columns, (kLongestSide - layout.margin) / layout.stepY());
    return layout;
}

QString promptOf(const QString& picture) {
    const std::optional<Recipe> recipe = readPictureRecipe(picture);
    return recipe ? QString::fromStdString(recipe->prompt).simplified() : QString();
}

// As many whole words as fit, the last line shortened.
QString shortened(const QString& text, const QFontMetrics& metrics, int width) {
    return metrics.elidedText(text, Qt::ElideRight, width * kTextLines - width / 4);
}

void paintCell(QPainter& painter, const Layout& layout, QPoint corner, const QString& picture) {
    const QRect box(corner, QSize(layout.cell, layout.cell));
    const QImage image = readPixels(picture);
    const QSize size = image.size().scaled(box.size(), Qt::KeepAspectRatio);
    QRect target({}, size);
    target.moveCenter(box.center());
    target.moveBottom(box.bottom());
    if (!image.isNull())
        painter.drawImage(target, image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    const QRect text(corner + QPoint(0, layout.cell + layout.margin / 3), QSize(layout.cell, layout.textHeight));
    painter.drawText(text, Qt::TextWordWrap | Qt::AlignTop | Qt::AlignHCenter,
                     shortened(promptOf(picture), painter.fontMetrics(), layout.cell));
}

}  // namespace

QImage contactSheet(const QStringList& pictures, int columns, int cellSize) {
    if (pictures.isEmpty())
        return {};
    QFont font;
    font.setPixelSize(std::clamp(cellSize / 16, 11, 32));
    const Layout layout = layOut(static_cast<int>(pictures.size()), columns, cellSize, QFontMetrics(font));
    QImage sheet(layout.size(), QImage::Format_RGB32);
    if (sheet.isNull())
        return {};
    sheet.fill(Qt::white);
    QPainter painter(&sheet);
    painter.setFont(font);
    painter.setPen(QColor(0x33, 0x33, 0x33));
    const int shown = std::min(static_cast<int>(pictures.size()), layout.columns * layout.rows);
    for (int i = 0; i < shown; ++i) paintCell(painter, layout, layout.place(i), pictures[i]);
    return sheet;
}

}  // namespace penjing::studio
