#include "studio/quit_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <QSocketNotifier>
#include <csignal>

namespace penjing::studio {
namespace {

int pipeEnds[2] = {-1, -1};  // global, because a signal handler has no argument of its own

void onSignal(int) {
    const char byte = 0;
    const auto written = write(pipeEnds[1], &byte, 1);
    static_cast<void>(written);  // a full pipe means that a request is under way
}

}  // namespace

QuitSignals::QuitSignals(QObject* parent) : QObject(parent) {
    if (pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;  // signals then end the process at once, which loses nothing either
    auto* notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        while (read(pipeEnds[0], bytes, sizeof bytes) > 0) {
        }
        Q_EMIT quitRequested();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction current = {};
        if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler != SIG_IGN)  // nohup stays nohup
            sigaction(signal, &action, nullptr);
    }
}

}  // namespace penjing::studio
