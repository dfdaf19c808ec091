#include "history/rename_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>

namespace penjing::studio {

int renameWithoutReplacing(const QString& from, const QString& to) {
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    if (renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // A file system without the flag. Between these two calls the file has two names, never none.
    if (link(source.constData(), target.constData()) == 0)
        return unlink(source.constData()) == 0 ? 0 : errno;
    if (errno == EEXIST)
        return EEXIST;
    // Nor with hard links: what is left is to look first.
    if (access(target.constData(), F_OK) == 0)
        return EEXIST;
    return rename(source.constData(), target.constData()) == 0 ? 0 : errno;
}

}  // namespace penjing::studio
