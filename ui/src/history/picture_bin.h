#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace penjing::studio {

// Removed pictures: a hidden folder in the pictures folder, with one numbered folder per removal that holds the
// pictures under their own names. So the folders are the journal, each picture moves by a single rename, and a program
// that is killed at any moment leaves it either in place or where restoreLast() finds it. Holds no state; any thread.
class PictureBin {
public:
    struct Move {
        QString name;  // in the pictures folder
        QString key;   // where it is in the bin, relative to the pictures folder
    };
    struct Outcome {
        std::vector<Move> moved;
        QString problem;  // one line; empty if all could be moved
    };

    explicit PictureBin(QString picturesFolder);

    Outcome remove(const QStringList& names);  // file names without folder
    // The pictures of the last removal come back; one whose name is taken meanwhile gets " (2)", " (3)", ….
    Outcome restoreLast();
    bool isEmpty() const;
    int count() const;
    static bool isKey(const QString& pathInFolder);  // of a picture in the bin

    // Takes the whole bin out of reach by one rename; deleteEmptied(), which may take long, frees the space. Returns a
    // problem or nothing.
    QString empty();
    void deleteEmptied();

private:
    QStringList batches() const;  // oldest first
    QString batchFolder(const QString& batch) const;
    QString newBatch(QString& problem) const;
    QString moveBack(const QString& batch, const QString& name, Outcome& outcome) const;

    QString folder_;
};

}  // namespace penjing::studio
