#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "core/model_library.h"

namespace penjing::studio {

// What the model library does with files; any thread, and it may take as long as reading or copying gigabytes does.

// What the pack is and whether it can draw here.
LibraryModel inspectPack(const QString& path, bool bundled);
// "" if every checksum is right, else what is wrong.
QString checkPack(const QString& path);

struct AddedPack {
    QString path;  // empty: it was not added, and why
    UserProblem problem;
};
// Takes a pack, or the only one in a folder, into `folder`: a hard link where the file system can, else a copy under a
// temporary name that is renamed when it is whole.
AddedPack addPack(const QString& fileOrFolder, const QString& folder);

// The packs directly in a folder, by name.
QStringList packsIn(const QString& folder);

}  // namespace penjing::studio
