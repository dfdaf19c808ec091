#include "widgets/session_strip.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QWheelEvent>
#include <algorithm>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr int side = 68;

class ThumbnailDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto image = index.data(Qt::DecorationRole).value<QImage>();
        QSizeF size = QSizeF(image.size()).scaled(QSizeF(side, side), Qt::KeepAspectRatio);
        QRectF target({}, size);
        target.moveCenter(QRectF(option.rect).center());
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath rounded;
        rounded.addRoundedRect(target, 7, 7);
        painter->setClipPath(rounded);
        painter->drawImage(target, image);
        painter->setClipping(false);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->setPen(QPen(selected ? themeColors().accent : themeColors().border, selected ? 3 : 1));
        painter->drawRoundedRect(target, 7, 7);
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {side + 8, side + 8}; }
};

}  // namespace

SessionStrip::SessionStrip(QWidget* parent) : QListView(parent) {
    setObjectName("sessionStrip");
    setAccessibleName(tr("Pictures of this session"));
    setFlow(LeftToRight);
    setWrapping(false);
    setUniformItemSizes(true);
    setSelectionMode(SingleSelection);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    setItemDelegate(new ThumbnailDelegate(this));
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(ScrollPerPixel);
    setFixedHeight(side + 24);
    setSpacing(0);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    // Again on one that is the current one already: something else may be on the canvas by now.
    connect(this, &QListView::clicked, this, [this](const QModelIndex& index) { emit chosen(index.row()); });
}

void SessionStrip::step(int by) {
    if (!model() || model()->rowCount() == 0) {
        return;
    }
    const int last = model()->rowCount() - 1;
    const int from = currentIndex().isValid() ? currentIndex().row() : last + 1;
    setCurrentIndex(model()->index(std::clamp(from + by, 0, last), 0));
}

void SessionStrip::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (current.isValid()) {
        scrollTo(current);
        emit chosen(current.row());
    }
}

void SessionStrip::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    const int by = std::abs(delta.x()) > std::abs(delta.y()) ? delta.x() : delta.y();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by / 2);
    event->accept();
}

}  // namespace penjing::studio
