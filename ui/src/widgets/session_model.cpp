#include "widgets/session_model.h"

#include "history/picture_mime.h"

namespace penjing::studio {
namespace {

constexpr int thumbnailSide = 192;  // sharp at 200 %

}  // namespace

int SessionModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(entries_.size());
}

QVariant SessionModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Entry& entry = entries_.at(index.row());
    switch (role) {
        case Qt::DecorationRole:
            return entry.thumbnail;
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return QString::fromStdString(entry.recipe.prompt);
        case Qt::AccessibleDescriptionRole:
        case PathRole:
            return entry.path;
        default:
            return {};
    }
}

Qt::ItemFlags SessionModel::flags(const QModelIndex& index) const {
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsDragEnabled : Qt::NoItemFlags;
}

QStringList SessionModel::mimeTypes() const {
    return {"text/uri-list", "application/x-qt-image"};
}

QMimeData* SessionModel::mimeData(const QModelIndexList& indexes) const {
    return indexes.isEmpty() ? nullptr : new PictureMime({pathAt(indexes.first().row())});
}

void SessionModel::add(const QString& path, const QImage& image, const Recipe& recipe) {
    const Entry entry{path, image.scaled(thumbnailSide, thumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation),
                      recipe};
    if (const int row = rowOf(path); row >= 0) {
        entries_[row] = entry;
        emit dataChanged(index(row), index(row));
        return;
    }
    const int end = int(entries_.size());
    beginInsertRows({}, end, end);
    entries_.append(entry);
    endInsertRows();
}

void SessionModel::remove(const QString& path) {
    if (const int row = rowOf(path); row >= 0) {
        beginRemoveRows({}, row, row);
        entries_.removeAt(row);
        endRemoveRows();
    }
}

int SessionModel::rowOf(const QString& path) const {
    for (int row = 0; row < entries_.size(); ++row) {
        if (entries_.at(row).path == path) {
            return row;
        }
    }
    return -1;
}

QString SessionModel::pathAt(int row) const {
    return entries_.value(row).path;
}

Recipe SessionModel::recipeAt(int row) const {
    return entries_.value(row).recipe;
}

}  // namespace penjing::studio
