#include "widgets/compare_canvas.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr int kGap = 12;
constexpr int kMargin = 12;
constexpr qreal kHandleRadius = 15.0;

void paintHandle(QPainter& painter, QPointF centre) {
    painter.setPen(QPen(QColor(0, 0, 0, 90), 1.0));
    painter.setBrush(Qt::white);
    painter.drawEllipse(centre, kHandleRadius, kHandleRadius);
    painter.setPen(QPen(QColor(0x33, 0x33, 0x33), 2.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (const int direction : {-1, 1}) {
        const QPointF tip = centre + QPointF(direction * 8.0, 0.0);
        painter.drawPolyline(
            QPolygonF{tip + QPointF(-direction * 4.0, -4.0), tip, tip + QPointF(-direction * 4.0, 4.0)});
    }
}

}  // namespace

CompareCanvas::CompareCanvas(QWidget* parent) : QWidget(parent) {
    setMinimumSize(320, 200);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setCursor(Qt::SplitHCursor);
}

void CompareCanvas::setImage(int side, const QImage& image) {
    images_[side] = image;
    scaled_[0] = scaled_[1] = {};
    update();
}

void CompareCanvas::setDivider(qreal share) {
    divider_ = std::clamp(share, 0.0, 1.0);
    update();
}

void CompareCanvas::setSideBySide(bool sideBySide) {
    sideBySide_ = sideBySide;
    setCursor(sideBySide ? Qt::ArrowCursor : Qt::SplitHCursor);
    update();
}

QRect CompareCanvas::pictureRect(int side) const {
    QRect area = rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
    if (sideBySide_) {
        const int half = (area.width() - kGap) / 2;
        area = QRect(area.left() + side * (half + kGap), area.top(), half, area.height());
    }
    const QImage& reference = images_[0].isNull() ? images_[1] : images_[0];
    const QSize shape = reference.isNull() ? QSize(1, 1) : reference.size();
    QRect target({}, shape.scaled(area.size(), Qt::KeepAspectRatio));
    target.moveCenter(area.center());
    return target;
}

const QPixmap& CompareCanvas::scaled(int side, QSize size) {
    const qreal ratio = devicePixelRatioF();
    const QSize pixels = (QSizeF(size) * ratio).toSize();
    if (scaled_[side].size() != pixels && !images_[side].isNull()) {
        scaled_[side] =
            QPixmap::fromImage(images_[side].scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        scaled_[side].setDevicePixelRatio(ratio);
    }
    return scaled_[side];
}

void CompareCanvas::paintDivided(QPainter& painter) {
    const QRect target = pictureRect(0);
    const int at = target.left() + qRound(divider_ * target.width());
    painter.drawPixmap(target.topLeft(), scaled(1, target.size()));
    painter.save();
    painter.setClipRect(QRect(target.topLeft(), QPoint(at - 1, target.bottom())));
    painter.drawPixmap(target.topLeft(), scaled(0, target.size()));
    painter.restore();
    painter.setPen(QPen(QColor(0, 0, 0, 90), 4.0));
    painter.drawLine(at, target.top(), at, target.bottom());
    painter.setPen(QPen(Qt::white, 2.0));
    painter.drawLine(at, target.top(), at, target.bottom());
    painter.setRenderHint(QPainter::Antialiasing);
    paintHandle(painter, QPointF(at, target.center().y()));
}

void CompareCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), themeColors().canvas);
    if (!sideBySide_) {
        paintDivided(painter);
        return;
    }
    for (const int side : {0, 1}) {
        const QRect target = pictureRect(side);
        painter.drawPixmap(target.topLeft(), scaled(side, target.size()));
    }
}

void CompareCanvas::mousePressEvent(QMouseEvent* event) {
    mouseMoveEvent(event);
}

void CompareCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (sideBySide_ || !(event->buttons() & Qt::LeftButton))
        return;
    const QRect target = pictureRect(0);
    setDivider((event->position().x() - target.left()) / std::max(1, target.width()));
    Q_EMIT dividerMoved(divider_);
}

}  // namespace penjing::studio
