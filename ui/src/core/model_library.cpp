#include "core/model_library.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThreadPool>

#include "core/pack_files.h"

namespace penjing::studio {

struct ModelLibrary::Impl {
    QStringList bundledPaths;
    QString folder;
    QList<LibraryModel> models;
    quint64 refreshes = 0;  // the latest one wins
    QThreadPool pool;

    // Calls `work` on the library's thread and `done` with its result on the UI thread.
    template <typename Work, typename Done>
    void inBackground(ModelLibrary* library, Work work, Done done) {
        pool.start([library, work, done] {
            QMetaObject::invokeMethod(
                library, [done, result = work()] { done(result); }, Qt::QueuedConnection);
        });
    }
};

ModelLibrary::ModelLibrary(QStringList bundledPaths, QString folder, QObject* parent)
    : QAbstractListModel(parent), impl_(std::make_unique<Impl>()) {
    impl_->bundledPaths = std::move(bundledPaths);
    impl_->folder = std::move(folder);
    impl_->pool.setMaxThreadCount(1);
}

ModelLibrary::~ModelLibrary() {
    impl_->pool.clear();
    impl_->pool.waitForDone();
}

int ModelLibrary::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(impl_->models.size());
}

QVariant ModelLibrary::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const LibraryModel& model = impl_->models[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return model.info.name.empty() ? QFileInfo(model.path).fileName() : QString::fromStdString(model.info.name);
        case PathRole:
            return model.path;
        case ModelRole:
            return QVariant::fromValue(model);
        default:
            return {};
    }
}

QString ModelLibrary::folder() const {
    return impl_->folder;
}

void ModelLibrary::refresh() {
    const quint64 serial = ++impl_->refreshes;
    const auto look = [bundled = impl_->bundledPaths, folder = impl_->folder] {
        QList<LibraryModel> models;
        for (const QString& path : bundled)
            if (QFileInfo(path).isFile())
                models.append(inspectPack(path, true));
        for (const QString& path : packsIn(folder))
            if (!bundled.contains(path))
                models.append(inspectPack(path, false));
        return models;
    };
    impl_->inBackground(this, look, [this, serial](const QList<LibraryModel>& models) {
        if (serial != impl_->refreshes)
            return;
        beginResetModel();
        impl_->models = models;
        endResetModel();
        Q_EMIT refreshed();
    });
}

void ModelLibrary::add(const QString& fileOrFolder) {
    impl_->inBackground(
        this, [fileOrFolder, folder = impl_->folder] { return addPack(fileOrFolder, folder); },
        [this, fileOrFolder](const AddedPack& pack) {
            if (pack.path.isEmpty()) {
                Q_EMIT failed(fileOrFolder, pack.problem);
                return;
            }
            Q_EMIT added(pack.path);
            refresh();
        });
}

void ModelLibrary::verify(const QString& path) {
    impl_->inBackground(
        this, [path] { return checkPack(path); },
        [this, path](const QString& problem) {
            const QString sentence = problem.isEmpty()
                                         ? tr("Every checksum of the model is right.")
                                         : tr("The model is damaged: %1. Get the file again.").arg(problem);
            Q_EMIT verifiedModel(path, problem.isEmpty(), sentence);
        });
}

bool ModelLibrary::remove(const QString& path) {
    const auto isIt = [&](const LibraryModel& model) { return model.path == path && !model.bundled; };
    const auto found = std::find_if(impl_->models.begin(), impl_->models.end(), isIt);
    if (found == impl_->models.end() || !QFile::moveToTrash(path))
        return false;
    const int row = static_cast<int>(found - impl_->models.begin());
    beginRemoveRows({}, row, row);
    impl_->models.removeAt(row);
    endRemoveRows();
    refresh();
    return true;
}

}  // namespace penjing::studio
