#include <condition_variable>
#include <mutex>

#include "core/real_drawing_engine.h"
#include "penjing/synth.h"
#include "studio_fixture.h"

namespace penjing::studio {
namespace {

bool synth(const QString& path) {
    return synthesize(SynthPreset::Tiny, 1, path.toStdString(), {}).ok();
}

TEST(CoreRealEngine, DrawsVerifiesAndKeepsItsModelWhenAnotherCannotBeLoaded) {
    const QTemporaryDir root;
    ASSERT_TRUE(synth(root.filePath("tiny.penjing")));
    RealDrawingEngine engine;
    EXPECT_FALSE(engine.plan({}).ok());  // no model yet
    EXPECT_EQ(engine.kernelSetName(), "");
    ASSERT_TRUE(engine.load(root.filePath("tiny.penjing"), {.threads = 1}).ok());
    EXPECT_FALSE(engine.load(root.filePath("none.penjing"), {}).ok());
    GenerateRequest request;
    request.prompt = "a red apple";
    request.previewEvery = 1;
    int previews = 0;
    const auto result =
        engine.draw(request, {}, [&](const Progress& progress) { previews += progress.preview != nullptr; });
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_GT(previews, 0);
    EXPECT_EQ(result.value().recipe.kernels, engine.kernelSetName().toStdString());
    const auto png = encodePng(result.value().image, &result.value().recipe);
    ASSERT_TRUE(png.ok() && writeFileAtomically(root.filePath("a.png").toStdString(), png.value()).ok());
    const auto verdict = engine.verifyPicture(root.filePath("a.png"), {}, {});
    ASSERT_TRUE(verdict.ok());
    EXPECT_EQ(verdict.value().match, Match::Identical);
}

// Draws a step and waits to be stopped: the tiny model would finish its picture before a test can close the program.
class EngineOfOneStep : public RealDrawingEngine {
public:
    Result<GenerateResult> draw(const GenerateRequest& request, std::stop_token stop,
                                const ProgressCallback& progress) override {
        return RealDrawingEngine::draw(request, stop, [&](const Progress& now) {
            progress(now);
            if (!now.state)
                return;
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any().wait(lock, stop, [] { return false; });
        });
    }
};

class CoreRealController : public StudioTest {
protected:
    template <typename Engine>
    void openWith() {
        studio.reset();
        studio = std::make_unique<StudioController>(std::make_unique<Engine>(), folders());
        studio->setEngineSettings({.threads = 1, .responsive = false});
        studio->loadModel(root.filePath("tiny.penjing"));
    }

    std::string hashOf(const QString& name) const {
        const auto recipe = readRecipe((folders().pictures + "/" + name).toStdString());
        return recipe.ok() && recipe.value() ? recipe.value()->pixelHash : "no recipe in " + name.toStdString();
    }
};

TEST_F(CoreRealController, APictureDrawnInTwoSessionsIsTheSame) {
    ASSERT_TRUE(synth(root.filePath("tiny.penjing")));
    DrawSettings chosen = settings("a red apple", 3);
    openWith<EngineOfOneStep>();
    const QString id = studio->enqueue({chosen}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 1; }));
    openWith<RealDrawingEngine>();  // closes the first one in the middle
    EXPECT_EQ(stepsOf(id), 1);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    ASSERT_EQ(pictures(), QStringList{"a-red-apple-3.png"});

    studio->enqueue({chosen});
    ASSERT_TRUE(until([&] { return pictures().size() == 2; }));
    EXPECT_EQ(hashOf("a-red-apple-3.png"), hashOf("a-red-apple-3 (2).png"));
}

}  // namespace
}  // namespace penjing::studio
