#pragma once

#include <QIdentityProxyModel>

namespace penjing::studio {

// Lets a view move the rows of the queue with the mouse. Nothing is moved here: the wish is passed on.
class ReorderProxy : public QIdentityProxyModel {
    Q_OBJECT
public:
    using QIdentityProxyModel::QIdentityProxyModel;

    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

signals:
    void moveWanted(const QString& jobId, int position);
};

}  // namespace penjing::studio
