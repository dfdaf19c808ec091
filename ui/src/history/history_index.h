#pragma once

#include <QString>
#include <vector>

#include "history/picture_record.h"
#include "penjing/result.h"

namespace penjing::studio {

// What was found in the pictures folder the last time, so that unchanged files need not be opened. One file, read and
// written in one go (atomically), with a checksum: whatever is damaged, of another version or missing reads as empty.
std::vector<RecordPtr> readIndex(const QString& path);
Status writeIndex(const QString& path, const std::vector<RecordPtr>& records);

}  // namespace penjing::studio
