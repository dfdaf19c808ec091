#pragma once

#include <QObject>

namespace penjing::studio {

// Ctrl-C in the terminal, SIGTERM and SIGHUP at logout: they close the window like its user does. Handlers, not a
// blocked mask, because programs started from the window would inherit the mask. One per process, on the UI thread.
class QuitSignals : public QObject {
    Q_OBJECT
public:
    explicit QuitSignals(QObject* parent = nullptr);

Q_SIGNALS:
    void quitRequested();
};

}  // namespace penjing::studio
