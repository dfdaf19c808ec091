#include "widgets/reorder_proxy.h"

#include <QMimeData>

#include "core/queue_model.h"

namespace penjing::studio {
namespace {

const char* const jobMimeType = "application/x-penjing-job";

}  // namespace

Qt::ItemFlags ReorderProxy::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QIdentityProxyModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsDragEnabled : flags | Qt::ItemIsDropEnabled;
}

QStringList ReorderProxy::mimeTypes() const {
    return {QLatin1String(jobMimeType)};
}

QMimeData* ReorderProxy::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty()) {
        return nullptr;
    }
    auto* data = new QMimeData;
    data->setData(QLatin1String(jobMimeType), indexes.first().data(QueueModel::IdRole).toString().toUtf8());
    return data;
}

bool ReorderProxy::dropMimeData(const QMimeData* data, Qt::DropAction, int row, int, const QModelIndex& parent) {
    const QString id = QString::fromUtf8(data->data(QLatin1String(jobMimeType)));
    if (id.isEmpty()) {
        return false;
    }
    int target = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    for (int from = 0; from < rowCount(); ++from) {
        if (index(from, 0).data(QueueModel::IdRole).toString() == id && from < target) {
            --target;  // the row leaves its place first
            break;
        }
    }
    emit moveWanted(id, target);
    return false;  // the view must not remove the row: the queue does it
}

}  // namespace penjing::studio
