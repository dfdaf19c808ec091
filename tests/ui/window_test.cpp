// The whole window, on a fake engine.
#include <QAbstractButton>
#include <QAbstractSlider>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSet>
#include <QTimer>
#include <cmath>

#include "core/model_library.h"
#include "core/studio_settings.h"
#include "history/history_model.h"
#include "studio_fixture.h"
#include "theme/theme.h"
#include "widgets/canvas.h"
#include "widgets/draw_form.h"
#include "widgets/studio_actions.h"
#include "widgets/studio_window.h"

namespace penjing::studio {
namespace {

class WindowTest : public StudioTest {
protected:
    void SetUp() override {
        start();
        settings_ = std::make_unique<StudioSettings>(root.filePath("settings.ini"));
        settings_->setTheme(Theme::Light);
        settings_->setPicturesFolder(folders().pictures);
        history_ = std::make_unique<HistoryModel>(folders().pictures, root.filePath("cache"));
        library_ = std::make_unique<ModelLibrary>(QStringList(), root.filePath("models"));
        window_ = std::make_unique<StudioWindow>(studio.get(), history_.get(), library_.get(), settings_.get());
        window_->show();
        load();  // the window hears of it
    }
    void TearDown() override { window_.reset(); }

    template <typename T>
    T* find(const char* name) const {
        return window_->findChild<T*>(QLatin1String(name));
    }
    void types(const QString& prompt) { find<QPlainTextEdit>("promptEdit")->setPlainText(prompt); }
    void triggers(const char* action) { find<QAction>(action)->trigger(); }

    std::unique_ptr<StudioSettings> settings_;
    std::unique_ptr<HistoryModel> history_;
    std::unique_ptr<ModelLibrary> library_;
    std::unique_ptr<StudioWindow> window_;
};

bool isControl(const QWidget* widget) {
    return widget->focusPolicy() != Qt::NoFocus &&
           (widget->inherits("QAbstractButton") || widget->inherits("QAbstractSpinBox") ||
            widget->inherits("QLineEdit") || widget->inherits("QComboBox") || widget->inherits("QListView") ||
            widget->inherits("QPlainTextEdit") || widget->inherits("penjing::studio::Canvas"));
}

TEST_F(WindowTest, EveryControlHasANameAndATooltip) {
    int controls = 0;
    for (const QWidget* widget : window_->findChildren<QWidget*>()) {
        const bool partOfAnother = widget->objectName().startsWith("qt_") ||
                                   widget->parentWidget()->inherits("QAbstractSpinBox") ||
                                   widget->parentWidget()->inherits("QLineEdit") || widget->window() != window_.get() ||
                                   widget->inherits("QComboBoxListView");
        if (!isControl(widget) || partOfAnother) {
            continue;
        }
        ++controls;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
        const std::string who = std::string(widget->metaObject()->className()) + " " +
                                widget->objectName().toStdString() + " in " +
                                widget->parentWidget()->metaObject()->className();
        EXPECT_FALSE(name.isEmpty()) << who << " has no accessible name";
        EXPECT_FALSE(widget->toolTip().isEmpty() && !widget->inherits("penjing::studio::Canvas") &&
                     !widget->inherits("QListView"))  // their items have them
            << who << " has no tooltip";
        EXPECT_FALSE(widget->objectName().isEmpty() && widget->property("chip").isNull()) << who << " has no name";
    }
    EXPECT_GT(controls, 40);
}

TEST_F(WindowTest, NoShortcutIsGivenTwice) {
    QHash<QString, QString> owners;
    for (const StudioActions::Group& group : find<StudioActions>("")->groups()) {
        for (const QAction* action : group.actions) {
            for (const QKeySequence& keys : action->shortcuts()) {
                EXPECT_FALSE(owners.contains(keys.toString()))
                    << keys.toString().toStdString() << ": " << action->objectName().toStdString() << " and "
                    << owners.value(keys.toString()).toStdString();
                owners.insert(keys.toString(), action->objectName());
            }
        }
    }
    EXPECT_GT(owners.size(), 30);
}

TEST_F(WindowTest, TheSheetShowsEveryShortcut) {
    QSet<QString> shown;
    QTimer::singleShot(0, window_.get(), [&] {
        QWidget* sheet = QApplication::activeModalWidget();
        ASSERT_NE(sheet, nullptr);
        EXPECT_EQ(sheet->objectName(), "shortcutSheet");
        for (const QLabel* label : sheet->findChildren<QLabel*>()) shown.insert(label->text());
        sheet->close();
    });
    triggers("shortcutsAction");
    QStringList expected = {"B", "X", "Esc"};  // of the comparison's buttons
    for (const QAction* action : window_->findChildren<QAction*>()) {
        if (!action->shortcut().isEmpty())
            expected << action->shortcut().toString(QKeySequence::NativeText);
    }
    EXPECT_GT(expected.size(), 45);
    for (const QString& keys : expected) EXPECT_TRUE(shown.contains(keys)) << keys.toStdString();
}

TEST_F(WindowTest, DrawsWhatIsTypedAndDescribesIt) {
    types("a red apple");
    QSignalSpy saved(studio.get(), &StudioController::pictureSaved);
    triggers("drawAction");
    ASSERT_TRUE(until([&] { return saved.count() == 1; }));
    auto* canvas = find<Canvas>("canvas");
    EXPECT_EQ(canvas->accessibleDescription(), "a red apple");
    EXPECT_EQ(canvas->picture().path, saved[0][1].toString());
    EXPECT_TRUE(find<QAction>("verifyAction")->isEnabled());
    EXPECT_EQ(settings_->promptHistory().value(0), "a red apple");
}

TEST_F(WindowTest, UsesTheSettingsOfAPictureOfCompactText) {
    auto* form = find<DrawForm>("");
    DrawSettings settings;
    settings.prompt = "a red apple\non a table";
    settings.compactText = true;
    form->apply(settings);
    QSignalSpy saved(studio.get(), &StudioController::pictureSaved);
    triggers("drawAction");
    ASSERT_TRUE(until([&] { return saved.count() == 1; }));
    EXPECT_TRUE((*readRecipe(saved[0][1].toString().toStdString()))->compactText);
    types("something else");
    EXPECT_FALSE(form->settings().compactText);
    triggers("useSettingsAction");
    EXPECT_EQ(form->settings().prompt, settings.prompt);
    EXPECT_TRUE(form->settings().compactText);
}

TEST_F(WindowTest, DrawAddsToTheQueueWhileStopIsOffered) {
    script->allowSteps(1);
    types("a red apple");
    triggers("drawAction");
    ASSERT_TRUE(until([&] { return find<QPushButton>("stopButton")->isVisible(); }));
    EXPECT_TRUE(find<QPushButton>("drawButton")->isVisible());
    triggers("drawAction");
    EXPECT_EQ(studio->queue()->rowCount(), 2);
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    triggers("stopAction");
    EXPECT_TRUE(until([&] { return stopped.count() == 1; }));
    script->allowAllSteps();
}

TEST_F(WindowTest, LivePicturesFollowTheTypingAndAreKeptOnRequestOnly) {
    settings_->setLiveDrawing(true);
    types("a blue car");
    auto* canvas = find<Canvas>("canvas");
    ASSERT_TRUE(until([&] { return canvas->picture().prompt() == "a blue car"; }));
    EXPECT_TRUE(pictures().isEmpty());
    EXPECT_TRUE(find<QAction>("saveAction")->isVisible());
    triggers("saveAction");
    ASSERT_TRUE(until([&] { return pictures().size() == 1; }));
    ASSERT_TRUE(until([&] { return !canvas->picture().path.isEmpty(); }));
    EXPECT_FALSE(find<QAction>("saveAction")->isVisible());
}

double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {  // WCAG 2.1
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

TEST_F(WindowTest, TextIsReadableInBothThemes) {
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        settings_->setTheme(theme);
        EXPECT_EQ(isDarkTheme(), theme == Theme::Dark);
        const ThemeColors& c = themeColors();
        const std::pair<QColor, QColor> pairs[] = {
            {c.text, c.window},    {c.text, c.surface},    {c.text, c.raised},     {c.text, c.accentSoft},
            {c.muted, c.window},   {c.muted, c.surface},   {c.onAccent, c.accent}, {c.onAccent, c.accentHover},
            {c.danger, c.surface}, {c.text, c.dangerSoft}, {c.warning, c.surface}, {c.muted, c.raised},
        };
        for (const auto& [text, ground] : pairs) {
            EXPECT_GE(contrast(text, ground), 4.5)
                << text.name().toStdString() << " on " << ground.name().toStdString();
        }
    }
}

}  // namespace
}  // namespace penjing::studio
