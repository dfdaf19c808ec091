#include "core/pack_files.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>
#include <filesystem>
#include <system_error>

#include "core/guarded.h"
#include "core/picture_name.h"
#include "penjing/pipeline.h"

namespace penjing::studio {
namespace {

namespace fs = std::filesystem;

struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(penjing::studio::ModelLibrary)
};

const QString kSuffix = "penjing";

fs::path toPath(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

Result<Model> openPack(const QString& path) {
    return guarded([&] { return Model::open(toPath(path)); });
}

// What a picture of the default size needs.
Result<MemoryPlan> planOf(const Model& model) {
    return guarded([&]() -> Result<MemoryPlan> {
        const Result<Pipeline> pipeline = Pipeline::create(model, {});
        if (!pipeline)
            return pipeline.error();
        return pipeline.value().plan({});
    });
}

UserProblem refusal(const QString& sentence, const QString& advice, const QString& detail = {}) {
    return {sentence, advice, detail};
}

// The file that is meant, or empty with the problem set.
QString packMeant(const QString& fileOrFolder, UserProblem& problem) {
    if (!QFileInfo(fileOrFolder).isDir())
        return fileOrFolder;
    const QStringList packs = packsIn(fileOrFolder);
    if (packs.size() == 1)
        return packs.front();
    problem = packs.isEmpty()
                  ? refusal(Sentences::tr("There is no model file in this folder."),
                            Sentences::tr("Choose a file that ends in .penjing. The original weights of a model become "
                                          "one by “penjing import”."))
                  : refusal(Sentences::tr("There are several model files in this folder."),
                            Sentences::tr("Choose one of the files that end in .penjing."));
    return {};
}

QString hashOf(const QString& path) {
    const Result<Model> model = openPack(path);
    return model ? QString::fromStdString(model.value().info().hash) : QString();
}

std::error_code linkOrCopy(const QString& from, const QString& to) {
    std::error_code error;
    fs::create_hard_link(toPath(from), toPath(to), error);
    if (!error)
        return error;
    const QFileInfo target(to);
    const QString partial =
        target.dir().filePath(QString(".%1.part").arg(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    fs::copy_file(toPath(from), toPath(partial), error);
    if (!error)
        fs::rename(toPath(partial), toPath(to), error);
    if (error)
        QFile::remove(partial);
    return error;
}

}  // namespace

LibraryModel inspectPack(const QString& path, bool bundled) {
    LibraryModel entry;
    entry.path = path;
    entry.bundled = bundled;
    const Result<Model> model = openPack(path);
    if (!model) {
        entry.problem = QString::fromStdString(model.error().message);
        return entry;
    }
    entry.info = model.value().info();
    const Result<MemoryPlan> plan = planOf(model.value());
    if (!plan) {
        entry.problem = QString::fromStdString(plan.error().message);
        return entry;
    }
    entry.peakBytes = plan.value().peak;
    entry.fitsInMemory = plan.value().fits();
    return entry;
}

QString checkPack(const QString& path) {
    const Result<Model> model = openPack(path);
    if (!model)
        return QString::fromStdString(model.error().message);
    const Status status = guarded([&] { return model.value().verify(); });
    return status ? QString() : QString::fromStdString(status.error().message);
}

AddedPack addPack(const QString& fileOrFolder, const QString& folder) {
    AddedPack result;
    const QString source = packMeant(fileOrFolder, result.problem);
    if (source.isEmpty())
        return result;
    const Result<Model> model = openPack(source);
    if (!model) {
        result.problem = refusal(Sentences::tr("This file is not a model of this program, or it is damaged."),
                                 Sentences::tr("Choose a file that ends in .penjing. If it is one, get it again from "
                                               "where it came from."),
                                 QString::fromStdString(model.error().message));
        return result;
    }
    QDir().mkpath(folder);
    QString name = QFileInfo(source).fileName();
    if (!name.endsWith(u'.' + kSuffix))
        name += u'.' + kSuffix;
    const QString wanted = QDir(folder).absoluteFilePath(name);
    if (hashOf(wanted) == QString::fromStdString(model.value().info().hash)) {
        result.path = wanted;  // it is there already
        return result;
    }
    const QString target = freePath(folder, name);
    if (const std::error_code error = linkOrCopy(source, target)) {
        result.problem =
            describe({ErrorCode::WriteFailed, QFile::encodeName(target).toStdString() + ": " + error.message()});
        return result;
    }
    result.path = target;
    return result;
}

QStringList packsIn(const QString& folder) {
    QStringList paths;
    for (const QFileInfo& file : QDir(folder).entryInfoList({"*." + kSuffix}, QDir::Files, QDir::Name))
        paths.append(file.absoluteFilePath());
    return paths;
}

}  // namespace penjing::studio
