// Takes the pictures of docs/screenshots from the real window with the bundled model; packaging/screenshots.sh runs it.
//   penjing_studio_screenshots OUT PROMPTS light    the first seven
//   penjing_studio_screenshots OUT PROMPTS dark     the last one; QT_SCALE_FACTOR=2 makes it 200 %
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSpinBox>
#include <cstdio>

#include "core/studio_settings.h"
#include "studio_user.h"

namespace penjing::studio {
namespace {

constexpr int kGalleryPictures = 60;
constexpr int kSettleMilliseconds = 600;  // thumbnails, estimates, animations
constexpr QSize kWindow(1280, 800);

[[noreturn]] void giveUp(const char* why) {
    std::fprintf(stderr, "penjing_studio_screenshots: %s\n", why);
    std::exit(1);
}

class Photographer {
public:
    Photographer(const QString& folder, QString out, QStringList prompts)
        : user_(folder, {}), out_(std::move(out)), prompts_(std::move(prompts)) {}

    void light();
    void dark();

private:
    void opens();
    void take(const QString& name);
    void waitFor(const std::function<bool()>& condition, const char* what) {
        if (!user_.waitsFor(condition, 20 * kPatience))
            giveUp(what);
    }
    void settle() {
        const QDeadlineTimer deadline(kSettleMilliseconds);
        user_.waitsFor([&] { return deadline.hasExpired(); });
    }
    void draws(const QString& prompt, quint64 seed, int steps, const QString& nameWhileDrawing);
    void fillsTheGallery();
    void waitForThumbnails();
    void selectsInGallery(int row, Qt::KeyboardModifiers modifiers = Qt::NoModifier);

    StudioUser user_;
    QString out_;
    QStringList prompts_;
};

void Photographer::opens() {
    user_.opens();
    user_.window().resize(kWindow);
    waitFor([&] { return user_.controller().model().has_value(); }, "the model was not loaded");
    auto* estimate = user_.see<QLabel>("estimateLabel");
    waitFor([&] { return estimate->text().contains(QStringLiteral("drawing")); }, "the speed was not measured");
}

// Of the rows that the gallery shows.
void Photographer::waitForThumbnails() {
    auto* grid = user_.see<QListView>("galleryGrid");
    const QRect shown = grid->viewport()->rect();
    waitFor(
        [&] {
            for (int row = 0; row < grid->model()->rowCount(); ++row) {
                const QModelIndex index = grid->model()->index(row, 0);
                if (grid->visualRect(index).intersects(shown) &&
                    index.data(HistoryModel::ThumbnailRole).value<QImage>().isNull())
                    return false;
            }
            return true;
        },
        "the thumbnails were not made");
}

void Photographer::take(const QString& name) {
    settle();
    if (!user_.window().grab().save(out_ + '/' + name + ".png"))
        giveUp("cannot write the screenshot");
}

void Photographer::draws(const QString& prompt, quint64 seed, int steps, const QString& nameWhileDrawing) {
    user_.typesInto(user_.see<QWidget>("promptEdit"), prompt);
    user_.typesInto(user_.see<QLineEdit>("seedEdit"), QString::number(seed));
    user_.typesInto(user_.see<QSpinBox>("stepsSpin"), QString::number(steps));
    user_.see<QWidget>("promptEdit")->setFocus();
    int step = 0;
    bool saved = false;
    const auto watching = QObject::connect(&user_.controller(), &StudioController::progressed, &user_.window(),
                                           [&](const JobProgress& progress) { step = progress.step; });
    const auto finishing =
        QObject::connect(&user_.controller(), &StudioController::pictureSaved, &user_.window(), [&] { saved = true; });
    user_.presses(Qt::Key_Return, Qt::ControlModifier);
    if (!nameWhileDrawing.isEmpty()) {
        waitFor([&] { return step >= steps * 3 / 5; }, "the picture was not drawn");
        user_.window().grab().save(out_ + '/' + nameWhileDrawing + ".png");  // at once: it goes on
    }
    waitFor([&] { return saved; }, "the picture was not drawn");
    QObject::disconnect(watching);
    QObject::disconnect(finishing);
}

void Photographer::fillsTheGallery() {
    QList<DrawSettings> wanted;
    for (int i = user_.history().totalCount(); i < kGalleryPictures; ++i) {
        DrawSettings settings;
        settings.prompt = prompts_[i % prompts_.size()];
        settings.seed = static_cast<quint64>(1 + i / prompts_.size());
        wanted += settings;
    }
    user_.controller().enqueue(wanted);
    waitFor([&] { return user_.history().totalCount() >= kGalleryPictures; }, "the gallery was not filled");
    for (const int row : {2, 9, 17}) {
        const QModelIndex index = user_.history().index(row);
        user_.history().setStarred(index.data(HistoryModel::PathRole).toString(), true);
    }
}

void Photographer::selectsInGallery(int row, Qt::KeyboardModifiers modifiers) {
    auto* grid = user_.see<QListView>("galleryGrid");
    const QPoint middle = grid->visualRect(grid->model()->index(row, 0)).center();
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, modifiers, middle);
}

void Photographer::light() {
    opens();
    take("1-first-start");
    draws(prompts_[0], 7, 60, "2-drawing");
    take("3-result");
    fillsTheGallery();
    user_.presses(Qt::Key_2, Qt::ControlModifier);
    selectsInGallery(4);
    waitForThumbnails();
    take("4-gallery");
    selectsInGallery(5, Qt::ControlModifier);
    settle();
    user_.presses(Qt::Key_C);
    take("5-compare");
    user_.presses(Qt::Key_Escape);
    user_.presses(Qt::Key_3, Qt::ControlModifier);
    take("6-models");
    user_.presses(Qt::Key_1, Qt::ControlModifier);
    user_.dropsFile(QCoreApplication::applicationFilePath());  // no model
    take("7-error");
    user_.closes();
}

void Photographer::dark() {
    opens();
    user_.studio().settings().setTheme(Theme::Dark);
    draws(prompts_[0], 7, 20, {});
    take("8-dark-200-percent");
    user_.closes();
}

QStringList readPrompts(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        giveUp("cannot read the prompts");
    return QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
}

}  // namespace
}  // namespace penjing::studio

int main(int argc, char** argv) {
    using namespace penjing::studio;
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    const QTemporaryDir folder;
    if (arguments.size() != 4)
        giveUp("usage: penjing_studio_screenshots OUT PROMPTS light|dark");
    Photographer photographer(folder.path(), arguments[1], readPrompts(arguments[2]));
    if (arguments[3] == QLatin1String("dark"))
        photographer.dark();
    else
        photographer.light();
    return 0;
}
