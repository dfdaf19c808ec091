#pragma once

#include <QString>

namespace penjing::studio {

// rename(2) that never replaces a file: 0, or the errno (EEXIST if `to` is taken). Within one file system. Any thread.
int renameWithoutReplacing(const QString& from, const QString& to);

}  // namespace penjing::studio
