#pragma once

#include <QString>

#include "penjing/result.h"

namespace penjing::studio {

// Where penjing-studio keeps its things.
struct Places {
    QString settings;  // INI file
    QString state;     // queue, resume files, lock
    QString models;    // packs that were added
    QString cache;     // thumbnails and index, can be deleted
};

// The desktop's usual places, or everything below `stateFolder` if that is not empty. Makes the folders, readable by
// their owner alone. WriteFailed error that names the one that cannot be made.
Result<Places> makePlaces(const QString& stateFolder);

}  // namespace penjing::studio
