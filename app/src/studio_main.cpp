#include <QFileInfo>
#include <QIcon>
#include <exception>
#include <new>

#include "console.h"
#include "crash_guard.h"
#include "model_lookup.h"
#include "openmp_waiting.h"
#include "studio/arguments.h"
#include "studio/display.h"
#include "studio/places.h"
#include "studio/quit_signals.h"
#include "studio/single_instance.h"
#include "studio/studio.h"
#include "widgets/studio_window.h"

namespace penjing::studio {
namespace {

QString absolute(const std::string& path) {
    return path.empty() ? QString() : QFileInfo(QString::fromStdString(path)).absoluteFilePath();
}

QStringList absolute(const std::vector<std::string>& paths) {
    QStringList result;
    for (const std::string& path : paths) result += absolute(path);
    return result;
}

// Shows the window until it is closed. Returns the exit code.
int runWindow(const Arguments& arguments, const Places& places, const SingleInstance& instance) {
    const auto model = cli::chosenModel(arguments.model);
    Studio studio({places, absolute(arguments.pictures), model ? absolute(model->string()) : QString()});
    StudioWindow& window = studio.window();
    QObject::connect(&instance, &SingleInstance::opened, &window, [&studio](const QStringList& files) {
        studio.comeToFront();
        studio.window().openFiles(files);
    });
    const QuitSignals quitSignals;
    QObject::connect(&quitSignals, &QuitSignals::quitRequested, &window, &QWidget::close);
    studio.open();
    window.openFiles(absolute(arguments.files));
    return QApplication::exec();
}

Result<int> start(const Arguments& arguments, int& argc, char** argv) {
    auto application = openDisplay(argc, argv);
    if (!application)
        return application.error();
    QApplication::setApplicationName(QStringLiteral("penjing-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Penjing Studio"));
    QApplication::setApplicationVersion(QStringLiteral(PENJING_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral(PENJING_APP_ID));
    QApplication::setWindowIcon(
        QIcon::fromTheme(QStringLiteral(PENJING_APP_ID), QIcon(QStringLiteral(":/penjing.svg"))));

    const auto places = makePlaces(QString::fromStdString(arguments.state));
    if (!places)
        return places.error();
    SingleInstance instance(places->state);
    const auto first = instance.becomeFirst();
    if (!first)
        return first.error();
    if (*first)
        return runWindow(arguments, *places, instance);
    PENJING_TRY(instance.handOver(absolute(arguments.files)));
    cli::note("Penjing Studio is open already; its window comes to the front.");
    return 0;
}

int run(int argc, char** argv) {
    const auto arguments = parseArguments(argc, argv);
    if (!arguments)
        return cli::fail(arguments.error());
    if (!*arguments)
        return 0;
    argc = 1;  // the rest was for us, not for Qt
    const auto code = start(**arguments, argc, argv);
    return code ? *code : cli::fail(code.error());
}

}  // namespace
}  // namespace penjing::studio

int main(int argc, char** argv) {
    using penjing::ErrorCode;
    penjing::cli::letWaitingThreadsSleep(argv);
    penjing::cli::installCrashGuard();
    try {
        return penjing::studio::run(argc, argv);
    } catch (const std::bad_alloc&) {
        return penjing::cli::fail({ErrorCode::Memory, "out of memory"});
    } catch (const std::exception& error) {
        return penjing::cli::fail({ErrorCode::Internal, std::string("internal error: ") + error.what()});
    }
}
