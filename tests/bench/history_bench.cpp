// How long the gallery takes with many pictures: history_bench [PICTURES], default 10000.
// Makes the pictures once in a temporary folder; the folder is removed at the end.
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QThread>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <vector>

#include "history/history_model.h"
#include "penjing/image.h"
#include "widgets/gallery_grid.h"
#include "widgets/gallery_page.h"

namespace {

using namespace penjing;
using namespace penjing::studio;

constexpr int kSide = 96;  // as the bundled model draws

double milliseconds(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) * 1e-6;
}

double residentMegabytes() {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0.0;
    for (const QByteArray& line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toDouble() / 1024.0;
    return 0.0;
}

Recipe makeRecipe(int i) {
    static const char* const subjects[]{"red apple", "sailing boat", "lighthouse", "pine tree", "fox", "mountain"};
    static const char* const places[]{"in a meadow", "at night", "under snow", "on a wooden table", "by the sea"};
    Recipe recipe;
    recipe.prompt = std::string("A drawing of a ") + subjects[i % 6] + " " + places[i % 5] + ", number " +
                    std::to_string(i) + ", in soft evening light with long shadows and a pale sky";
    recipe.seed = static_cast<std::uint64_t>(i);
    recipe.steps = 16;
    recipe.guidance = 3.0;
    recipe.width = recipe.height = kSide;
    recipe.modelName = "Seedling v0";
    recipe.modelHash = std::string(64, 'b');
    recipe.kernels = "avx512";
    recipe.precision = "int8";
    recipe.engineVersion = "0.1.0";
    recipe.pixelHash = std::string(64, 'a');
    char created[32];
    std::snprintf(created, sizeof created, "2026-%02d-%02dT%02d:%02d:%02dZ", 1 + i / 1000 % 12, 1 + i / 40 % 28,
                  i / 3 % 24, i % 60, i * 7 % 60);
    recipe.created = created;
    return recipe;
}

bool makePictures(const QString& folder, int count) {
    Image image{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide * 3)};
    for (int i = 0; i < count; ++i) {
        for (std::size_t at = 0; at < image.rgb.size(); ++at)
            image.rgb[at] = static_cast<std::uint8_t>(at * static_cast<std::size_t>(i % 200 + 1) / 300);
        const Recipe recipe = makeRecipe(i);
        const auto png = encodePng(image, &recipe);
        QFile file(QStringLiteral("%1/picture %2.png").arg(folder).arg(i));
        const auto size = png ? static_cast<qint64>(png->size()) : -1;
        if (!png || !file.open(QIODevice::WriteOnly) ||
            file.write(reinterpret_cast<const char*>(png->data()), size) != size)
            return false;
    }
    return true;
}

void waitUntil(const std::function<bool()>& done) {
    while (!done()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
}

// From nothing to a painted gallery that holds all pictures.
double start(const QString& folder, const QString& cache, int count) {
    QElapsedTimer timer;
    timer.start();
    HistoryModel model(folder, cache);
    GalleryPage page(&model);
    page.resize(1400, 900);
    page.show();
    waitUntil([&] { return model.rowCount() == count; });
    page.findChild<GalleryGrid*>()->viewport()->repaint();
    return milliseconds(timer);
}

double slowestSearch(HistoryModel& model, GalleryGrid& grid) {
    double slowest = 0.0;
    for (const char* words : {"a", "fox", "fox snow", "9999", "light lighthouse sea 77", "nothing has this", ""}) {
        QElapsedTimer timer;
        timer.start();
        model.setSearch(QString::fromLatin1(words), false);
        grid.viewport()->repaint();
        slowest = std::max(slowest, milliseconds(timer));
        QCoreApplication::processEvents();
    }
    return slowest;
}

double threadMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

struct Scrolling {
    double median = 0.0;
    double slowest = 0.0;
    double processor = 0.0;  // of the UI thread, per step
};

// In steps of half a page, each painted in full; thumbnails arrive meanwhile. Ten stretches, spread over the list.
Scrolling scrollThrough(GalleryGrid& grid) {
    constexpr int kStretches = 10, kSteps = 20;
    std::vector<double> steps;
    QScrollBar* bar = grid.verticalScrollBar();
    const double before = threadMilliseconds();
    for (int step = 0; step < kStretches * kSteps; ++step) {
        const int start = bar->maximum() / kStretches * (step / kSteps);
        QElapsedTimer timer;
        timer.start();
        bar->setValue(start + step % kSteps * bar->pageStep() / 2);
        grid.viewport()->repaint();
        QCoreApplication::processEvents();
        steps.push_back(milliseconds(timer));
    }
    const double processor = (threadMilliseconds() - before) / (kStretches * kSteps);
    std::sort(steps.begin(), steps.end());
    return {steps[steps.size() / 2], steps.back(), processor};
}

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int count = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10000;
    const QTemporaryDir folder, cache;
    if (!makePictures(folder.path(), count)) {
        std::fprintf(stderr, "history_bench: the pictures cannot be written to %s\n", qPrintable(folder.path()));
        return 5;
    }
    const double memoryBefore = residentMegabytes();
    std::printf("pictures %d\n", count);
    std::printf("start without index   %8.0f ms\n", start(folder.path(), cache.path(), count));
    std::printf("start from the index  %8.0f ms\n", start(folder.path(), cache.path(), count));

    HistoryModel model(folder.path(), cache.path());
    GalleryPage page(&model);
    page.resize(1400, 900);
    page.show();
    waitUntil([&] { return model.rowCount() == count && !model.isScanning(); });
    auto& grid = *page.findChild<GalleryGrid*>();
    std::printf("slowest search        %8.1f ms\n", slowestSearch(model, grid));
    const Scrolling scrolling = scrollThrough(grid);
    std::printf("scroll half a page    %8.1f ms median, %.1f ms slowest, %.1f ms of processor time\n", scrolling.median,
                scrolling.slowest, scrolling.processor);
    std::printf("resident memory       %8.0f MB, before the gallery %.0f MB\n", residentMegabytes(), memoryBefore);
    return 0;
}
