#pragma once

#include <QAbstractListModel>
#include <QString>
#include <memory>
#include <optional>

#include "core/user_problem.h"
#include "penjing/model.h"

namespace penjing::studio {

struct LibraryModel {
    QString path;
    ModelInfo info;
    bool bundled = false;   // comes with the program and cannot be removed
    quint64 peakBytes = 0;  // of a picture of its default size, at most
    bool fitsInMemory = true;
    QString problem;  // not empty: the file cannot be opened, and why
};

// The packs that can draw: the bundled one and those in the models folder. UI thread; files are opened and checked on a
// thread of its own.
class ModelLibrary : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { PathRole = Qt::UserRole + 1, ModelRole };

    // bundledPaths: packs to look for outside the folder; the ones that exist are listed first.
    ModelLibrary(QStringList bundledPaths, QString folder, QObject* parent = nullptr);
    ~ModelLibrary() override;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QString folder() const;

    void refresh();  // looks at the folder again; rows change, then refreshed()
    // Copies a pack into the folder (a link where the file system can), after checking it: added or failed follows. A
    // folder or file that is no pack is refused with a sentence that says what to do.
    void add(const QString& fileOrFolder);
    void verify(const QString& path);  // recomputes its checksums: verifiedModel follows
    bool remove(const QString& path);  // to the desktop's bin; false for a bundled one or if it cannot be moved

signals:
    void refreshed();
    void added(const QString& path);
    void failed(const QString& path, const penjing::studio::UserProblem& problem);
    void verifiedModel(const QString& path, bool good, const QString& sentence);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::LibraryModel)
