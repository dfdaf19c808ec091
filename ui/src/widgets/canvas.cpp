#include "widgets/canvas.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "theme/theme.h"
#include "widgets/picture_drag.h"

namespace penjing::studio {
namespace {

constexpr double smallestZoom = 0.1;
constexpr double largestZoom = 32.0;
constexpr int marginAround = 20;
constexpr double cornerRadius = 12.0;

bool consistsOfBlocks(const QImage& image, int side) {
    if (image.width() % side != 0 || image.height() % side != 0) {
        return false;
    }
    for (int y = 0; y < image.height(); ++y) {
        const auto* row = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        const auto* first = reinterpret_cast<const QRgb*>(image.constScanLine(y - y % side));
        for (int x = 0; x < image.width(); ++x) {
            if (row[x] != first[x - x % side]) {
                return false;
            }
        }
    }
    return true;
}

// A preview has one colour per latent. Shrunk to one pixel each, it is enlarged smoothly when it is painted.
QImage withoutBlocks(const QImage& preview) {
    const QImage image = preview.convertToFormat(QImage::Format_RGB32);
    for (const int side : {16, 8, 4, 2}) {
        if (image.width() > side && consistsOfBlocks(image, side)) {
            return image.scaled(image.width() / side, image.height() / side);
        }
    }
    return image;
}

}  // namespace

Canvas::Canvas(QWidget* parent) : QWidget(parent) {
    setObjectName("canvas");
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("No picture yet"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void Canvas::showPicture(const ShownPicture& picture) {
    const bool sizeChanged = picture.image.size() != picture_.image.size();
    picture_ = picture;
    preview_ = {};
    setAccessibleDescription(picture_.isNull() ? tr("No picture yet") : picture_.prompt());
    setToolTip(picture_.prompt());
    if (sizeChanged) {
        zoomToFit();
    }
    update();
}

void Canvas::showPreview(const QImage& preview) {
    preview_ = withoutBlocks(preview);
    previewSize_ = preview.size();
    announceZoom();
    update();
}

void Canvas::clearPreview() {
    preview_ = {};
    update();
}

void Canvas::setNote(const QString& note) {
    if (note != note_) {
        note_ = note;
        update();
    }
}

double Canvas::fitScale() const {
    const QSizeF size = visibleSize();
    if (size.isEmpty()) {
        return 1.0;
    }
    const double dpr = devicePixelRatioF();
    const double room = std::min((width() - 2 * marginAround) * dpr / size.width(),
                                 (height() - 2 * marginAround) * dpr / size.height());
    return std::max(room, 0.01);
}

QRectF Canvas::targetRect() const {
    const QSizeF size = QSizeF(visibleSize()) * (scale() / devicePixelRatioF());
    QPointF corner = QPointF(width() - size.width(), height() - size.height()) / 2.0 + offset_;
    // On whole screen pixels, or the picture would be blurred at 100 %.
    const double dpr = devicePixelRatioF();
    corner = QPointF(std::round(corner.x() * dpr) / dpr, std::round(corner.y() * dpr) / dpr);
    return {corner, size};
}

bool Canvas::isLargerThanView() const {
    const QRectF target = targetRect();
    return target.width() > width() || target.height() > height();
}

void Canvas::zoomToFit() {
    zoom_ = 0.0;
    offset_ = {};
    announceZoom();
    update();
}

void Canvas::zoomToActualSize() {
    setZoom(1.0, rect().center());
}
void Canvas::zoomBy(double factor) {
    setZoom(scale() * factor, rect().center());
}

void Canvas::setZoom(double zoom, QPointF around) {
    if (visibleImage().isNull()) {
        return;
    }
    const double old = scale();
    zoom_ = std::clamp(zoom, smallestZoom, largestZoom);
    if (std::abs(zoom_ - 1.0) < 0.06) {
        zoom_ = 1.0;
    }
    const QPointF centre = QPointF(width(), height()) / 2.0;
    offset_ = (around - centre) - (around - centre - offset_) * (zoom_ / old);
    keepInView();
    announceZoom();
    update();
}

void Canvas::keepInView() {
    const QSizeF size = targetRect().size();
    const double x = std::max(0.0, (size.width() - width()) / 2.0 + marginAround);
    const double y = std::max(0.0, (size.height() - height()) / 2.0 + marginAround);
    offset_ = {size.width() > width() ? std::clamp(offset_.x(), -x, x) : 0.0,
               size.height() > height() ? std::clamp(offset_.y(), -y, y) : 0.0};
}

void Canvas::announceZoom() {
    emit zoomChanged(int(std::lround(scale() * 100.0)));
}

void Canvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themeColors().canvas);
    painter.drawRoundedRect(QRectF(rect()), cornerRadius, cornerRadius);
    const QImage& image = visibleImage();
    if (!image.isNull()) {
        const QRectF target = targetRect();
        // Whole multiples chosen by hand show the pixels as they are; everything else is smooth.
        const bool exact = preview_.isNull() && !isFitted() && zoom_ >= 1.0;
        painter.setRenderHint(QPainter::SmoothPixmapTransform, !exact);
        if (isFitted()) {
            QPainterPath rounded;
            rounded.addRoundedRect(target, 10, 10);
            painter.setClipPath(rounded);
        }
        painter.drawImage(target, image);
        painter.setClipping(false);
    }
    if (!note_.isEmpty()) {
        paintNote(painter);
    }
    if (hasFocus()) {
        painter.setPen(QPen(themeColors().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius, cornerRadius);
    }
}

void Canvas::paintNote(QPainter& painter) {
    const QSize text = fontMetrics().size(Qt::TextSingleLine, note_);
    QRectF pill(0, 0, text.width() + 28, text.height() + 14);
    pill.moveCenter({width() / 2.0, height() - marginAround - pill.height()});
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(20, 26, 22, 200));
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    painter.setPen(Qt::white);
    painter.drawText(pill, Qt::AlignCenter, note_);
}

void Canvas::resizeEvent(QResizeEvent*) {
    keepInView();
    announceZoom();
}

void Canvas::wheelEvent(QWheelEvent* event) {
    setZoom(scale() * std::pow(1.0015, event->angleDelta().y()), event->position());
    event->accept();
}

void Canvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
        pressed_ = true;
        pressedAt_ = event->position();
    }
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
    if (!pressed_) {
        return;
    }
    if (isLargerThanView() || event->buttons().testFlag(Qt::MiddleButton)) {
        setCursor(Qt::ClosedHandCursor);
        offset_ += event->position() - pressedAt_;
        pressedAt_ = event->position();
        keepInView();
        update();
        return;
    }
    const double moved = (event->position() - pressedAt_).manhattanLength();
    if (moved >= QApplication::startDragDistance() && !picture_.isNull()) {
        pressed_ = false;
        dragPicture(this, picture_.image, picture_.path);
    }
}

void Canvas::mouseReleaseEvent(QMouseEvent*) {
    pressed_ = false;
    unsetCursor();
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (isFitted()) {
        setZoom(1.0, event->position());
    } else {
        zoomToFit();
    }
}

}  // namespace penjing::studio
