#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QList>

#include "penjing/image.h"

namespace penjing::studio {

// The pictures of this session, oldest first. Keeps thumbnails only; pictures are read again from disk.
class SessionModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { PathRole = Qt::UserRole + 1 };

    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

    void add(const QString& path, const QImage& image, const Recipe& recipe);  // a path already there is replaced
    void remove(const QString& path);
    int rowOf(const QString& path) const;
    QString pathAt(int row) const;
    Recipe recipeAt(int row) const;

private:
    struct Entry {
        QString path;
        QImage thumbnail;
        Recipe recipe;
    };
    QList<Entry> entries_;
};

}  // namespace penjing::studio
