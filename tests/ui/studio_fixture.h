#pragma once

#include <gtest/gtest.h>

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/queue_model.h"
#include "core/studio_controller.h"
#include "fake_drawing_engine.h"

namespace penjing::studio {

// A controller with a fake engine in a folder of its own. start() again is closing the program and opening it.
class StudioTest : public testing::Test {
protected:
    using Manner = FakeScript::Manner;

    ~StudioTest() override { script->letGo(); }

    StudioFolders folders() const { return {root.filePath("pictures"), root.filePath("state")}; }

    // Without waiting for the model.
    void open() {
        studio.reset();
        studio = std::make_unique<StudioController>(std::make_unique<FakeDrawingEngine>(script), folders());
    }

    void start() {
        open();
        load();
    }

    void load() {
        QSignalSpy loaded(studio.get(), &StudioController::modelLoaded);
        studio->loadModel("fake.penjing");
        ASSERT_TRUE(until([&] { return loaded.count() == 1; }));
    }

    // Runs the event loop until it is so; false after five seconds.
    static bool until(const std::function<bool()>& isSo) { return QTest::qWaitFor(isSo, 5000); }
    // As long as anything that is on its way takes.
    static void settle() { QTest::qWait(150); }

    static DrawSettings settings(const QString& prompt, quint64 seed = 1) {
        DrawSettings chosen;
        chosen.prompt = prompt;
        chosen.seed = seed;
        return chosen;
    }

    JobState stateOf(const QString& id) const { return studio->queue()->find(id).value_or(Job{}).state; }
    int stepsOf(const QString& id) const { return studio->queue()->find(id).value_or(Job{}).finishedSteps; }
    QStringList prompts() const {
        QStringList list;
        for (const Job& job : studio->queue()->jobs()) list.append(job.settings.prompt);
        return list;
    }
    QStringList drawnPrompts() const {
        QStringList list;
        for (const GenerateRequest& request : script->drawn()) list.append(QString::fromStdString(request.prompt));
        return list;
    }
    QStringList pictures() const { return QDir(folders().pictures).entryList({"*.png"}, QDir::Files, QDir::Name); }
    QStringList resumeFiles() const { return QDir(folders().state + "/resume").entryList(QDir::Files); }

    QTemporaryDir root;
    std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>();
    std::unique_ptr<StudioController> studio;
};

}  // namespace penjing::studio
