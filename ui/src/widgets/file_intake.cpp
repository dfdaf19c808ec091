#include "widgets/file_intake.h"

#include <QFileInfo>
#include <QImageReader>
#include <QMimeData>
#include <QUrl>
#include <QtConcurrent>

namespace penjing::studio {

QStringList FileIntake::localFiles(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) {
            files.append(url.toLocalFile());
        }
    }
    return files;
}

void FileIntake::take(const QStringList& files) {
    for (const QString& path : files) {
        const QString format =
            QFileInfo(path).isFile() ? QString::fromLatin1(QImageReader::imageFormat(path)) : QString();
        if (format == "png") {
            readPicture(path);
        } else if (!format.isEmpty()) {
            emit problem({tr("Settings can be read from PNG pictures only, and this one is %1.").arg(format.toUpper()),
                          tr("Most programs can save or export a PNG."), path});
        } else {
            emit modelOffered(path);
        }
    }
}

void FileIntake::readPicture(const QString& path) {
    QtConcurrent::run([path] {
        return readForeignRecipe(path.toStdString());
    }).then(this, [this, path](Result<std::optional<ForeignRecipe>> found) {
        if (!found) {
            emit problem(describe(found.error()));
        } else if (!found->has_value()) {
            emit problem({tr("This picture does not say how it was made."),
                          tr("Some programs leave that out, and many web sites remove it."), path});
        } else {
            emit recipeRead(path, **found);
        }
    });
}

}  // namespace penjing::studio
