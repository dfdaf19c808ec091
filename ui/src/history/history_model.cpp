#include "history/history_model.h"

#include <sys/stat.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "history/folder_session.h"
#include "history/history_rows.h"
#include "history/picture_bin.h"
#include "history/picture_mime.h"
#include "history/picture_recipe.h"
#include "history/thumbnail_store.h"

namespace penjing::studio {
namespace {

constexpr std::size_t kMostSingleChanges = 100;  // more at once are shown as a new list
constexpr std::size_t kMostReadAtOnce = 16;      // recipes, on the UI thread
constexpr int kFolderHashBytes = 8;

QString cleanFolder(const QString& folder) {
    return QDir::cleanPath(QDir(folder).absolutePath());
}

// Folders do not share an index, so that changing to another one and back costs nothing.
QString cacheOf(const QString& folder, const QString& cacheFolder) {
    const QByteArray hash = QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha256);
    return cacheFolder + '/' + QString::fromLatin1(hash.first(kFolderHashBytes).toHex());
}

RecordPtr makeRecord(const QString& folder, const QString& name, const Recipe& recipe) {
    struct stat info {};
    if (stat(QFile::encodeName(folder + '/' + name).constData(), &info) != 0)
        return nullptr;
    PictureRecord record;
    record.name = name;
    record.size = info.st_size;
    record.modifiedNs = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
    record.isPicture = true;
    record.recipe = recipe;
    return finishRecord(std::move(record));
}

}  // namespace

struct HistoryModel::Impl {
    HistoryModel& model;
    QString cacheFolder;
    std::unique_ptr<FolderSession> session;
    std::unique_ptr<ThumbnailStore> thumbnails;
    HistoryRows rows;
    Stars stars;
    QSet<QString> touched;  // names changed here since the running scan began: its report may be out of date
    QHash<QString, RecordPtr> removed;  // by their keys in the bin, of this session
    bool canUndo = false;

    void open(const QString& folder);
    PictureBin bin() const { return PictureBin(session->folder()); }
    QString pathOf(const RecordPtr& record) const { return session->folder() + '/' + record->name; }
    QString nameOf(const QString& path) const;
    void changed(const RecordPtr& record, const QList<int>& roles);
    void announceUndo();

    bool isOutdated(const QString& name, bool present) const;
    void apply(ScanBatch batch);
    void change(const std::vector<RecordPtr>& added, const std::vector<RecordPtr>& leaving);
    void put(const RecordPtr& record);
    void take(const RecordPtr& record);
    void moveStars(const std::vector<PictureBin::Move>& moves, bool intoBin);
};

void HistoryModel::Impl::open(const QString& folder) {
    const QString clean = cleanFolder(folder);
    const QString cache = cacheOf(clean, cacheFolder);
    session = std::make_unique<FolderSession>(clean, cache);
    thumbnails = std::make_unique<ThumbnailStore>(clean, cache);
    connect(session.get(), &FolderSession::started, &model, [this] { touched.clear(); });
    connect(session.get(), &FolderSession::reported, &model,
            [this](const std::shared_ptr<ScanBatch>& batch) { apply(std::move(*batch)); });
    connect(session.get(), &FolderSession::finished, &model, [this](const ScanSummary& summary, qint64 milliseconds) {
        announceUndo();
        Q_EMIT model.scanFinished(summary.pictures, milliseconds);
    });
    connect(session.get(), &FolderSession::problem, &model, &HistoryModel::problem);
    connect(thumbnails.get(), &ThumbnailStore::ready, &model,
            [this](const QString& name) { changed(rows.find(name), {ThumbnailRole}); });
    if (std::optional<Stars> kept = readStars(clean)) {
        stars = std::move(*kept);
    } else {
        stars.clear();
        QMetaObject::invokeMethod(
            &model, [this] { Q_EMIT model.problem(tr("The list of stars was damaged and has been put aside.")); },
            Qt::QueuedConnection);
    }
    canUndo = !bin().isEmpty();
    session->scan();
}

// The file name of a picture of this folder, else nothing.
QString HistoryModel::Impl::nameOf(const QString& path) const {
    const QString clean = QDir::cleanPath(path);
    const QString start = session->folder() + '/';
    const QString name = clean.mid(start.size());
    return clean.startsWith(start) && !name.contains('/') && !name.startsWith('.') ? name : QString();
}

void HistoryModel::Impl::changed(const RecordPtr& record, const QList<int>& roles) {
    if (const int row = rows.rowOf(record); row >= 0)
        Q_EMIT model.dataChanged(model.index(row), model.index(row), roles);
}

void HistoryModel::Impl::announceUndo() {
    if (const bool can = !bin().isEmpty(); can != canUndo) {
        canUndo = can;
        Q_EMIT model.undoChanged(can);
    }
}

bool HistoryModel::Impl::isOutdated(const QString& name, bool present) const {
    return touched.contains(name) && QFileInfo::exists(session->folder() + '/' + name) != present;
}

void HistoryModel::Impl::apply(ScanBatch batch) {
    std::vector<RecordPtr> added, leaving;
    for (const QString& name : batch.gone)
        if (const RecordPtr old = rows.find(name); old && !isOutdated(name, false))
            leaving.push_back(old);
    for (RecordPtr& record : batch.found) {
        const RecordPtr old = rows.find(record->name);
        if ((old && isSameFile(*old, *record)) || isOutdated(record->name, true))
            continue;
        if (old)
            leaving.push_back(old);
        added.push_back(std::move(record));
    }
    change(added, leaving);
}

void HistoryModel::Impl::change(const std::vector<RecordPtr>& added, const std::vector<RecordPtr>& leaving) {
    if (added.size() + leaving.size() > kMostSingleChanges) {
        model.beginResetModel();
        rows.replaceMany(added, leaving);
        rows.filter(stars);
        model.endResetModel();
        return;
    }
    for (const RecordPtr& record : leaving) take(record);
    for (const RecordPtr& record : added) put(record);
}

void HistoryModel::Impl::put(const RecordPtr& record) {
    if (!rows.isShown(record, stars)) {
        rows.insert(record, -1);
        return;
    }
    const int row = rows.insertionRow(record);
    model.beginInsertRows({}, row, row);
    rows.insert(record, row);
    model.endInsertRows();
}

void HistoryModel::Impl::take(const RecordPtr& record) {
    const int row = rows.rowOf(record);
    if (row < 0) {
        rows.erase(record, -1);
        return;
    }
    model.beginRemoveRows({}, row, row);
    rows.erase(record, row);
    model.endRemoveRows();
}

// A star belongs to the picture, not to a name that a new picture may take meanwhile.
void HistoryModel::Impl::moveStars(const std::vector<PictureBin::Move>& moves, bool intoBin) {
    bool any = false;
    for (const PictureBin::Move& move : moves) {
        if (!stars.remove(intoBin ? move.name : move.key))
            continue;
        stars.insert(intoBin ? move.key : move.name);
        any = true;
    }
    if (any)
        session->saveStars(stars);
}

HistoryModel::HistoryModel(QString picturesFolder, QString cacheFolder, QObject* parent)
    : QAbstractListModel(parent), impl_(new Impl{*this, std::move(cacheFolder), {}, {}, {}, {}, {}, {}, false}) {
    impl_->open(picturesFolder);
}

HistoryModel::~HistoryModel() = default;

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(impl_->rows.shown().size());
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RecordPtr& record = impl_->rows.shown()[static_cast<std::size_t>(index.row())];
    const bool starred = impl_->stars.contains(record->name);
    switch (role) {
        case Qt::DisplayRole:
        case Qt::ToolTipRole:
            return QString::fromStdString(record->recipe.prompt);
        case Qt::AccessibleTextRole: {
            const QString prompt = QString::fromStdString(record->recipe.prompt);
            const QString name = prompt.isEmpty() ? record->name : prompt;
            return starred ? tr("%1, starred").arg(name) : name;
        }
        case PathRole:
            return impl_->pathOf(record);
        case EntryRole:
            return QVariant::fromValue(HistoryEntry{
                impl_->pathOf(record), QDateTime::fromMSecsSinceEpoch(record->createdMs), starred, record->recipe});
        case StarredRole:
            return starred;
        case ThumbnailRole:
            return impl_->thumbnails->thumbnail(record);
        default:
            return {};
    }
}

Qt::ItemFlags HistoryModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractListModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren : flags;
}

QStringList HistoryModel::mimeTypes() const {
    return {QStringLiteral("text/uri-list")};
}

QMimeData* HistoryModel::mimeData(const QModelIndexList& indexes) const {
    QStringList paths;
    for (const QModelIndex& index : indexes) paths << data(index, PathRole).toString();
    return paths.isEmpty() ? nullptr : new PictureMime(paths);
}

Qt::DropActions HistoryModel::supportedDragActions() const {
    return Qt::CopyAction;  // a file manager that moved the file would take it out of the history
}

QString HistoryModel::folder() const {
    return impl_->session->folder();
}

void HistoryModel::setFolder(const QString& picturesFolder) {
    if (cleanFolder(picturesFolder) == folder())
        return;
    beginResetModel();
    impl_->rows.clear();
    impl_->removed.clear();
    endResetModel();
    const bool couldUndo = impl_->canUndo;
    impl_->open(picturesFolder);
    if (couldUndo != impl_->canUndo)
        Q_EMIT undoChanged(impl_->canUndo);
}

void HistoryModel::rescan() {
    impl_->session->scan();
}

bool HistoryModel::isScanning() const {
    return impl_->session->isScanning();
}

void HistoryModel::addPicture(const QString& path, const Recipe& recipe) {
    const QString name = impl_->nameOf(path);
    const RecordPtr record = name.isEmpty() ? nullptr : makeRecord(folder(), name, recipe);
    if (!record)
        return;
    impl_->touched.insert(name);
    const RecordPtr old = impl_->rows.find(name);
    if (old && isSameFile(*old, *record))
        return;
    if (old)
        impl_->take(old);
    impl_->put(record);
}

int HistoryModel::rowOf(const QString& path) const {
    return impl_->rows.rowOf(impl_->rows.find(impl_->nameOf(path)));
}

int HistoryModel::totalCount() const {
    return impl_->rows.total();
}

void HistoryModel::setSearch(const QString& words, bool starredOnly) {
    beginResetModel();
    impl_->rows.setSearch(words, starredOnly);
    impl_->rows.filter(impl_->stars);
    endResetModel();
}

void HistoryModel::setStarred(const QString& path, bool starred) {
    const QString name = impl_->nameOf(path);
    const RecordPtr record = impl_->rows.find(name);
    if (!record || impl_->stars.contains(name) == starred)
        return;
    if (starred)
        impl_->stars.insert(name);
    else
        impl_->stars.remove(name);
    impl_->session->saveStars(impl_->stars);

    const int row = impl_->rows.rowOf(record);
    if (row >= 0 && !impl_->rows.isShown(record, impl_->stars)) {
        beginRemoveRows({}, row, row);
        impl_->rows.hide(row);
        endRemoveRows();
    } else if (row < 0 && impl_->rows.isShown(record, impl_->stars)) {
        const int at = impl_->rows.insertionRow(record);
        beginInsertRows({}, at, at);
        impl_->rows.show(record, at);
        endInsertRows();
    } else {
        impl_->changed(record, {StarredRole, Qt::AccessibleTextRole});
    }
}

bool HistoryModel::removePictures(const QStringList& paths) {
    QStringList names;
    for (const QString& path : paths)
        if (const QString name = impl_->nameOf(path); impl_->rows.find(name) && !names.contains(name))
            names << name;
    if (names.isEmpty())
        return false;
    const PictureBin::Outcome outcome = impl_->bin().remove(names);
    std::vector<RecordPtr> leaving;
    for (const PictureBin::Move& move : outcome.moved) {
        const RecordPtr record = impl_->rows.find(move.name);
        impl_->touched.insert(move.name);
        impl_->removed.insert(move.key, record);
        leaving.push_back(record);
    }
    impl_->change({}, leaving);
    impl_->moveStars(outcome.moved, true);
    impl_->announceUndo();
    if (!outcome.problem.isEmpty())
        Q_EMIT problem(tr("Not everything could be deleted: %1").arg(outcome.problem));
    return !outcome.moved.empty();
}

bool HistoryModel::canUndoRemove() const {
    return impl_->canUndo;
}

QStringList HistoryModel::undoRemove() {
    const PictureBin::Outcome outcome = impl_->bin().restoreLast();
    impl_->moveStars(outcome.moved, false);
    QStringList paths;
    std::vector<RecordPtr> added;
    for (const PictureBin::Move& move : outcome.moved) {
        paths << folder() + '/' + move.name;
        impl_->touched.insert(move.name);
        RecordPtr record = impl_->removed.take(move.key);
        if (record)
            record = makeRecord(folder(), move.name, record->recipe);
        else if (added.size() < kMostReadAtOnce)
            record = makeRecord(folder(), move.name, readPictureRecipe(paths.last()).value_or(Recipe{}));
        if (record && !impl_->rows.find(move.name))
            added.push_back(std::move(record));
    }
    std::sort(added.begin(), added.end(), isNewer);
    impl_->change(added, {});
    if (added.size() < outcome.moved.size())
        rescan();
    impl_->announceUndo();
    if (!outcome.problem.isEmpty())
        Q_EMIT problem(tr("Not everything could be brought back: %1").arg(outcome.problem));
    return paths;
}

int HistoryModel::binCount() const {
    return impl_->bin().count();
}

void HistoryModel::emptyBin() {
    const QString trouble = impl_->bin().empty();
    if (!trouble.isEmpty()) {
        Q_EMIT problem(tr("The bin could not be emptied: %1").arg(trouble));
        return;
    }
    impl_->removed.clear();
    erase_if(impl_->stars, [](const QString& key) { return PictureBin::isKey(key); });
    impl_->session->saveStars(impl_->stars);
    impl_->session->freeBinSpace();
    impl_->announceUndo();
}

}  // namespace penjing::studio
