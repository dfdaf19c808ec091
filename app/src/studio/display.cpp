#include "studio/display.h"

#include <unistd.h>

#include <QtGlobal>

#include "console.h"

namespace penjing::studio {
namespace {

Error noDisplay(const std::string& reason) {
    return {ErrorCode::Usage, "no window can be opened here (" + reason +
                                  "); start it on a desktop, or draw with: penjing generate \"a red apple\""};
}

// Qt reports a display that does not answer as a fatal message, and aborts as soon as this returns.
void onMessageWhileOpening(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (type == QtFatalMsg)
        _exit(cli::fail(noDisplay(text.section(QLatin1Char('\n'), 0, 0).toStdString())));
}

bool anyDisplayNamed() {
    return qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

}  // namespace

Result<std::unique_ptr<QApplication>> openDisplay(int& argc, char** argv) {
    if (!anyDisplayNamed())
        return noDisplay("neither DISPLAY nor WAYLAND_DISPLAY is set");
    const QtMessageHandler before = qInstallMessageHandler(onMessageWhileOpening);
    auto application = std::make_unique<QApplication>(argc, argv);
    qInstallMessageHandler(before);
    return application;
}

}  // namespace penjing::studio
