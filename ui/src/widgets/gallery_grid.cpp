#include "widgets/gallery_grid.h"

#include <QResizeEvent>
#include <QScrollBar>
#include <algorithm>

#include "history/history_model.h"
#include "widgets/picture_delegate.h"

namespace penjing::studio {

GalleryGrid::GalleryGrid(HistoryModel* model, QWidget* parent)
    : QListView(parent), model_(model), delegate_(new PictureDelegate(this)) {
    setObjectName(QStringLiteral("galleryGrid"));
    setAccessibleName(tr("Pictures"));
    setModel(model);
    setItemDelegate(delegate_);
    // List mode laid out in rows: icon mode would keep a position and a tree entry for each of ten thousand items.
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setUniformItemSizes(true);
    setResizeMode(QListView::Adjust);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setSelectionRectVisible(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // one that comes and goes would change the columns
    setDragDropMode(QAbstractItemView::DragOnly);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setMouseTracking(true);
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, &GalleryGrid::keepSelection);
    connect(model, &QAbstractItemModel::modelReset, this, &GalleryGrid::restoreSelection);
    arrange();
}

QStringList GalleryGrid::selectedPaths() const {
    QModelIndexList indexes = selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QStringList paths;
    for (const QModelIndex& index : indexes) paths << index.data(HistoryModel::PathRole).toString();
    return paths;
}

QString GalleryGrid::currentPath() const {
    return currentIndex().data(HistoryModel::PathRole).toString();
}

void GalleryGrid::selectPath(const QString& path) {
    const int row = model_->rowOf(path);
    if (row < 0)
        return;
    const QModelIndex index = model_->index(row);
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    scrollTo(index);
}

// As many columns as fit, spread over the whole width.
void GalleryGrid::arrange() {
    const QSize smallest = PictureDelegate::smallestCell(fontMetrics());
    const int width = std::max(viewport()->width() - 1, smallest.width());
    columns_ = std::max(1, width / smallest.width());
    const QSize cell(width / columns_, smallest.height() + 4);
    if (cell == gridSize())
        return;
    delegate_->setCell(cell);
    setGridSize(cell);
    verticalScrollBar()->setSingleStep(cell.height() / 3);
}

void GalleryGrid::resizeEvent(QResizeEvent* event) {
    arrange();
    QListView::resizeEvent(event);
}

void GalleryGrid::changeEvent(QEvent* event) {
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        arrange();
}

void GalleryGrid::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QListView::selectionChanged(selected, deselected);
    Q_EMIT selectionMoved();
}

void GalleryGrid::keepSelection() {
    keptSelection_ = selectedPaths();
    keptCurrent_ = currentPath();
    keptScroll_ = verticalScrollBar()->value();
}

void GalleryGrid::restoreSelection() {
    QItemSelection selection;
    for (const QString& path : keptSelection_)
        if (const int row = model_->rowOf(path); row >= 0)
            selection.select(model_->index(row), model_->index(row));
    if (const int row = model_->rowOf(keptCurrent_); row >= 0)
        selectionModel()->setCurrentIndex(model_->index(row), QItemSelectionModel::NoUpdate);
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    doItemsLayout();  // now, so that the scroll bar has its range back
    verticalScrollBar()->setValue(keptScroll_);
    Q_EMIT selectionMoved();
}

}  // namespace penjing::studio
