#include "core/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#else
#include <QThread>
#endif

namespace penjing::studio {

#ifdef __linux__
namespace {

constexpr int kNice = 10;

}  // namespace
#endif

void lowerThreadPriority() {
#ifdef __linux__
    // On Linux 0 means the calling thread, not the process. Qt's priorities have no effect under the usual scheduler.
    if (getpriority(PRIO_PROCESS, 0) < kNice)
        setpriority(PRIO_PROCESS, 0, kNice);
#else
    QThread::currentThread()->setPriority(QThread::LowPriority);
#endif
}

}  // namespace penjing::studio
