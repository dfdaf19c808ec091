#pragma once

#include <QStyledItemDelegate>

namespace penjing::studio {

// A model of the list: name, size on disk, and whether it fits into memory.
class ModelDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setCurrentPath(const QString& path) { currentPath_ = path; }  // of the model in use
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString currentPath_;
};

}  // namespace penjing::studio
