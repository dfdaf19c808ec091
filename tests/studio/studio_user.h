#pragma once

#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>

#include "core/queue_model.h"
#include "core/studio_controller.h"
#include "history/history_model.h"
#include "pulse.h"
#include "studio/studio.h"
#include "widgets/studio_window.h"

namespace penjing::studio {

constexpr int kPatience = 120000;  // milliseconds, for machines that are busy with other tests

// Somebody in front of the window: sees widgets by name, types, presses keys, waits. Their things are in a folder of
// their own, which outlives the window.
class StudioUser {
public:
    // model: empty for the one that the program finds by itself.
    explicit StudioUser(QString folder, QString model = QStringLiteral(PENJING_BUNDLED_MODEL))
        : folder_(std::move(folder)), model_(std::move(model)) {}

    void opens();
    void closes();     // by the window's button, whatever is going on
    void comesBack();  // to the window, from a dialog that was closed

    Studio& studio() { return *studio_; }
    StudioWindow& window() { return studio_->window(); }
    StudioController& controller() { return studio_->controller(); }
    HistoryModel& history() { return studio_->history(); }
    Pulse& pulse() { return pulse_; }
    QString pictures() const { return folder_ + QStringLiteral("/pictures"); }

    template <typename Widget>
    Widget* see(const char* name) {
        auto* widget = window().findChild<Widget*>(QLatin1String(name));
        EXPECT_NE(widget, nullptr) << "there is no " << name;
        return widget;
    }

    void presses(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void typesInto(QWidget* field, const QString& text);  // replaces what is there
    void clicks(QWidget* button);
    void dropsFile(const QString& path);
    // A modal dialog keeps the call that opens it from returning: say before what is to be done in it.
    void whenDialogOpens(const char* name, std::function<void(QWidget& dialog)> act);

    // Not QTest::qWaitFor, which sleeps between looking at events and would spoil the pulse.
    static bool waitsFor(const std::function<bool()>& condition, int milliseconds = kPatience);
    // The message above the page, if one is shown.
    QString reads();

private:
    QString folder_, model_;
    std::unique_ptr<Studio> studio_;
    Pulse pulse_;
};

}  // namespace penjing::studio
