#pragma once

#include <QAbstractListModel>
#include <QDateTime>
#include <QString>
#include <memory>

#include "penjing/image.h"

namespace penjing::studio {

// A picture of the pictures folder.
struct HistoryEntry {
    QString path;
    QDateTime created;  // of the recipe, else of the file
    bool starred = false;
    Recipe recipe;  // prompt empty if the picture carries none
};

// Everything made, newest first. The pictures on disk are the truth: the folder is read on a thread of its own (known
// files from a cache, new or changed ones from their recipe chunks), rows appear as they are found. UI thread.
class HistoryModel : public QAbstractListModel {
    Q_OBJECT
public:
    // Roles for views. ThumbnailRole (QImage) is null until it has been made; dataChanged follows.
    enum Role { PathRole = Qt::UserRole + 1, EntryRole, StarredRole, ThumbnailRole };

    // cacheFolder holds the index and thumbnails; it can be deleted at any time.
    HistoryModel(QString picturesFolder, QString cacheFolder, QObject* parent = nullptr);
    ~HistoryModel() override;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  // DisplayRole: the prompt

    // Pictures can be dragged out: as files, and a single one as an image, which is read when it is asked for.
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    Qt::DropActions supportedDragActions() const override;

    QString folder() const;
    void setFolder(const QString& picturesFolder);
    void rescan();
    bool isScanning() const;

    void addPicture(const QString& path, const Recipe& recipe);  // just written by this program
    int rowOf(const QString& path) const;                        // of the rows shown; −1: not there
    int totalCount() const;                                      // without regard to the search

    // Words (all must occur in prompt, model or seed; upper and lower case alike) and "starred only" narrow the rows.
    void setSearch(const QString& words, bool starredOnly);

    void setStarred(const QString& path, bool starred);

    // Moves pictures to the bin (a hidden folder beside them, by renaming). False if nothing could be moved. Undo
    // brings the last removal back, the one before at the next call; it survives closing. emptyBin deletes for good.
    bool removePictures(const QStringList& paths);
    bool canUndoRemove() const;
    QStringList undoRemove();  // the paths that are back
    int binCount() const;
    void emptyBin();

signals:
    void scanFinished(int pictures, qint64 milliseconds);
    void undoChanged(bool canUndo);
    void problem(const QString& sentence);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::HistoryEntry)
