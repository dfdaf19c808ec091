#include "widgets/toggle_switch.h"

#include <QPainter>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr int trackWidth = 36;
constexpr int trackHeight = 20;
constexpr int gap = 10;

}  // namespace

QSize ToggleSwitch::sizeHint() const {
    const QSize label = fontMetrics().size(Qt::TextShowMnemonic, text());
    return {trackWidth + gap + label.width() + 8, qMax(trackHeight, label.height()) + 10};
}

void ToggleSwitch::paintEvent(QPaintEvent*) {
    const ThemeColors& colors = themeColors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(isEnabled() ? 1.0 : 0.5);
    QRectF track(4, (height() - trackHeight) / 2.0, trackWidth, trackHeight);
    const double radius = trackHeight / 2.0;
    painter.setPen(QPen(isChecked() ? colors.accent : colors.muted, 1.2));
    painter.setBrush(isChecked() ? colors.accent : colors.raised);
    painter.drawRoundedRect(track, radius, radius);
    QRectF knob(0, 0, trackHeight - 7, trackHeight - 7);
    knob.moveCenter({isChecked() ? track.right() - radius : track.left() + radius, track.center().y()});
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? colors.onAccent : colors.muted);
    painter.drawEllipse(knob);
    painter.setPen(colors.text);
    const QRectF label = QRectF(rect()).adjusted(4 + trackWidth + gap, 0, 0, 0);
    painter.drawText(label, Qt::AlignVCenter | Qt::TextShowMnemonic, text());
    if (hasFocus()) {
        painter.setPen(QPen(colors.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 7, 7);
    }
}

}  // namespace penjing::studio
