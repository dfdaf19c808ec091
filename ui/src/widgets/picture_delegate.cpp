#include "widgets/picture_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <algorithm>
#include <cmath>

#include "history/history_model.h"
#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr int kSide = 156;  // logical pixels of the square in which a picture stands
constexpr int kPadding = 8;
constexpr int kTextLines = 2;
constexpr qreal kRadius = 8.0;
constexpr qsizetype kPixmapBytes = 40 << 20;

QPainterPath starShape(QPointF centre, qreal radius) {
    QPainterPath path;
    for (int corner = 0; corner < 10; ++corner) {
        const qreal distance = corner % 2 ? radius * 0.45 : radius;
        const qreal angle = M_PI * corner / 5.0 - M_PI / 2.0;
        const QPointF point = centre + QPointF(std::cos(angle), std::sin(angle)) * distance;
        corner == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    path.closeSubpath();
    return path;
}

// White with a dark rim, so that it is seen on any picture.
void paintStar(QPainter* painter, const QRect& box) {
    const QPointF centre(box.right() - 15, box.top() + 16);
    painter->setPen(QPen(QColor(0, 0, 0, 170), 1.5));
    painter->setBrush(QColor("#ffd257"));
    painter->drawPath(starShape(centre, 10));
}

// Up to two lines, broken between words, the last one shortened.
void paintPrompt(QPainter* painter, const QRect& box, const QString& prompt, const QFontMetrics& metrics) {
    QTextLayout layout(prompt.simplified(), painter->font());
    layout.beginLayout();
    int y = box.top();
    for (int i = 0; i < kTextLines; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(box.width());
        const bool isLast = i == kTextLines - 1;
        const QString text = isLast ? layout.text().mid(line.textStart())
                                    : layout.text().mid(line.textStart(), line.textLength()).trimmed();
        painter->drawText(QRect(box.left(), y, box.width(), metrics.lineSpacing()), Qt::AlignHCenter | Qt::AlignTop,
                          metrics.elidedText(text, Qt::ElideRight, box.width()));
        y += metrics.lineSpacing();
    }
    layout.endLayout();
}

}  // namespace

PictureDelegate::PictureDelegate(QObject* parent) : QStyledItemDelegate(parent), pixmaps_(kPixmapBytes) {}

QSize PictureDelegate::smallestCell(const QFontMetrics& metrics) {
    return {kSide + 2 * kPadding, kSide + 3 * kPadding + kTextLines * metrics.lineSpacing()};
}

QSize PictureDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return cell_.isValid() ? cell_ : smallestCell(option.fontMetrics);
}

QPixmap PictureDelegate::scaled(const QImage& thumbnail, qreal ratio) const {
    if (const QPixmap* kept = pixmaps_.object(thumbnail.cacheKey()); kept && kept->devicePixelRatio() == ratio)
        return *kept;
    const int side = static_cast<int>(kSide * ratio);
    const QImage image = thumbnail.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QPixmap pixmap(image.size());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(128, 128, 128, 70), ratio));  // pictures are often as white as the page
    painter.setBrush(image);
    const qreal inset = ratio / 2;
    painter.drawRoundedRect(QRectF(pixmap.rect()).adjusted(inset, inset, -inset, -inset), kRadius * ratio,
                            kRadius * ratio);
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    pixmaps_.insert(thumbnail.cacheKey(), new QPixmap(pixmap), qsizetype{4} * side * side);
    return pixmap;
}

void PictureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const ThemeColors& colors = themeColors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect card({}, smallestCell(option.fontMetrics));
    card.moveCenter(option.rect.center());
    const bool isSelected = option.state & QStyle::State_Selected;
    const bool isCurrent = (option.state & QStyle::State_HasFocus) != 0;
    if (isSelected || isCurrent || (option.state & QStyle::State_MouseOver)) {
        painter->setBrush(isSelected ? colors.accentSoft : colors.raised);
        painter->setPen(isSelected || isCurrent ? QPen(colors.accent, isCurrent ? 2.0 : 1.0) : QPen(Qt::NoPen));
        painter->drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), kRadius + 3, kRadius + 3);
    }

    QRect box(card.left() + kPadding, card.top() + kPadding, kSide, kSide);
    const QImage thumbnail = index.data(HistoryModel::ThumbnailRole).value<QImage>();
    if (thumbnail.isNull()) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(isSelected ? colors.border : colors.raised);
        painter->drawRoundedRect(box, kRadius, kRadius);
    } else {
        const QPixmap pixmap = scaled(thumbnail, painter->device()->devicePixelRatioF());
        QRect target({}, pixmap.deviceIndependentSize().toSize());
        target.moveCenter(box.center());
        painter->drawPixmap(target.topLeft(), pixmap);
        box = target;
    }
    if (index.data(HistoryModel::StarredRole).toBool())
        paintStar(painter, box);

    painter->setPen(isSelected ? colors.text : colors.muted);
    painter->setFont(option.font);
    const QRect text(card.left() + kPadding, card.top() + kSide + 2 * kPadding, kSide,
                     kTextLines * option.fontMetrics.lineSpacing());
    const QString prompt = index.data(Qt::DisplayRole).toString();
    paintPrompt(painter, text, prompt.isEmpty() ? tr("no prompt") : prompt, option.fontMetrics);
    painter->restore();
}

}  // namespace penjing::studio
