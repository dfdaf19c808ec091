#pragma once

#include <QObject>
#include <QStringList>

#include "core/user_problem.h"
#include "penjing/foreign_recipe.h"

class QMimeData;

namespace penjing::studio {

// Files that come in by drop or dialog: pictures are read for their recipe on a thread pool, everything else is offered
// as a model.
class FileIntake : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    static QStringList localFiles(const QMimeData* data);
    void take(const QStringList& files);

signals:
    void recipeRead(const QString& path, const penjing::ForeignRecipe& recipe);
    void modelOffered(const QString& path);
    void problem(const penjing::studio::UserProblem& problem);

private:
    void readPicture(const QString& path);
};

}  // namespace penjing::studio
