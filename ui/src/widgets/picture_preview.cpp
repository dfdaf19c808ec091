#include "widgets/picture_preview.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr qreal kRadius = 10.0;
constexpr int kTallest = 420;  // logical pixels; the prompt stays in sight

}  // namespace

PicturePreview::PicturePreview(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setCursor(Qt::PointingHandCursor);
}

void PicturePreview::setImage(const QImage& image) {
    const bool sameShape = image.size() == image_.size();
    image_ = image;
    scaled_ = {};
    if (!sameShape)
        updateGeometry();
    update();
}

QSize PicturePreview::sizeHint() const {
    return {300, heightForWidth(300)};
}

int PicturePreview::heightForWidth(int width) const {
    if (image_.isNull())
        return width;
    return std::min({kTallest, width * image_.height() / image_.width(), width});
}

void PicturePreview::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themeColors().canvas);
    painter.drawRoundedRect(rect(), kRadius, kRadius);
    if (image_.isNull())
        return;
    const QSize wanted = (QSizeF(image_.size()).scaled(size(), Qt::KeepAspectRatio) * devicePixelRatioF()).toSize();
    if (scaled_.size() != wanted) {
        scaled_ = QPixmap::fromImage(image_.scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        scaled_.setDevicePixelRatio(devicePixelRatioF());
    }
    QRectF target({}, scaled_.deviceIndependentSize());
    target.moveCenter(QRectF(rect()).center());
    QPainterPath frame;
    frame.addRoundedRect(target, kRadius, kRadius);
    painter.setClipPath(frame);
    painter.drawPixmap(target.topLeft(), scaled_);
}

void PicturePreview::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
}

}  // namespace penjing::studio
