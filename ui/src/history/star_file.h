#pragma once

#include <QSet>
#include <QString>
#include <optional>

#include "penjing/result.h"

namespace penjing::studio {

// Which pictures are starred: a small JSON file beside them, because a star must survive the cache. Keys are paths
// relative to the pictures folder (also of pictures in the bin).
using Stars = QSet<QString>;

// No file: no stars. No value: the file is damaged; it has been put aside under another name. Any thread.
std::optional<Stars> readStars(const QString& picturesFolder);
Status writeStars(const QString& picturesFolder, const Stars& stars);  // atomic

}  // namespace penjing::studio
