#include <sys/resource.h>

#include <QAbstractItemModelTester>
#include <QFile>
#include <QStandardPaths>
#include <QThread>

#include "core/engine_runner.h"
#include "core/model_library.h"
#include "penjing/synth.h"
#include "studio_fixture.h"

namespace penjing::studio {
namespace {

bool synth(const QString& path, std::uint64_t seed = 1) {
    return synthesize(SynthPreset::Tiny, seed, path.toStdString(), {}).ok();
}

class CoreModelLibrary : public testing::Test {
protected:
    CoreModelLibrary() {
        QDir().mkpath(root.filePath("models"));
        QDir().mkpath(root.filePath("drop"));
    }

    static bool until(const std::function<bool()>& isSo) { return QTest::qWaitFor(isSo, 10000); }
    void refresh() {
        QSignalSpy refreshed(&library, &ModelLibrary::refreshed);
        library.refresh();
        ASSERT_TRUE(until([&] { return refreshed.count() >= 1; }));
    }
    LibraryModel at(int row) const { return library.index(row).data(ModelLibrary::ModelRole).value<LibraryModel>(); }

    QTemporaryDir root;
    ModelLibrary library{{root.filePath("bundled.penjing"), "/nowhere/at/all.penjing"}, root.filePath("models")};
};

TEST_F(CoreModelLibrary, ListsBundledOnesFirstAndDamagedOnesWithTheirProblem) {
    const QAbstractItemModelTester tester(&library);
    ASSERT_TRUE(synth(root.filePath("bundled.penjing")) && synth(root.filePath("models/b.penjing"), 2));
    QFile damaged(root.filePath("models/a.penjing"));
    ASSERT_TRUE(damaged.open(QIODevice::WriteOnly) && damaged.write("no pack") == 7);
    damaged.close();
    refresh();
    ASSERT_EQ(library.rowCount(), 3);
    EXPECT_TRUE(at(0).bundled);
    EXPECT_GT(at(0).peakBytes, 0u);
    EXPECT_TRUE(at(0).fitsInMemory);
    EXPECT_TRUE(at(0).problem.isEmpty());
    EXPECT_FALSE(at(1).problem.isEmpty());
    EXPECT_FALSE(at(2).bundled);
    EXPECT_NE(at(0).info.hash, at(2).info.hash);
}

TEST_F(CoreModelLibrary, AddsFilesAndTheOnlyPackOfAFolder) {
    ASSERT_TRUE(synth(root.filePath("drop/x.penjing")));
    QSignalSpy added(&library, &ModelLibrary::added);
    library.add(root.filePath("drop"));
    ASSERT_TRUE(until([&] { return added.count() == 1; }));
    EXPECT_EQ(added[0][0].toString(), root.filePath("models/x.penjing"));
    ASSERT_TRUE(until([&] { return library.rowCount() == 1; }));

    library.add(root.filePath("drop/x.penjing"));  // the same model again
    ASSERT_TRUE(until([&] { return added.count() == 2; }));
    EXPECT_EQ(added[1][0].toString(), root.filePath("models/x.penjing"));
    ASSERT_TRUE(QFile::remove(root.filePath("drop/x.penjing")) && synth(root.filePath("drop/x.penjing"), 2));
    library.add(root.filePath("drop/x.penjing"));  // another one of the same name
    ASSERT_TRUE(until([&] { return added.count() == 3; }));
    EXPECT_NE(added[2][0].toString(), added[0][0].toString());
    ASSERT_TRUE(until([&] { return library.rowCount() == 2; }));
}

TEST_F(CoreModelLibrary, RefusesWhatIsNoModel) {
    QSignalSpy failed(&library, &ModelLibrary::failed);
    QFile text(root.filePath("drop/letter.txt"));
    ASSERT_TRUE(text.open(QIODevice::WriteOnly) && text.write("Dear") == 4);
    text.close();
    for (const QString& path : {root.filePath("drop/letter.txt"), root.filePath("drop"), root.filePath("nothing")})
        library.add(path);
    ASSERT_TRUE(until([&] { return failed.count() == 3; }));
    for (const auto& refusal : failed) EXPECT_FALSE(refusal[1].value<UserProblem>().advice.isEmpty());
    EXPECT_NE(failed[0][1].value<UserProblem>().sentence, failed[1][1].value<UserProblem>().sentence);
    EXPECT_TRUE(QDir(root.filePath("models")).isEmpty());
}

TEST_F(CoreModelLibrary, VerifiesChecksums) {
    const QString path = root.filePath("models/a.penjing");
    ASSERT_TRUE(synth(path));
    QSignalSpy verified(&library, &ModelLibrary::verifiedModel);
    library.verify(path);
    ASSERT_TRUE(until([&] { return verified.count() == 1; }));
    EXPECT_TRUE(verified[0][1].toBool());
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadWrite) && file.seek(file.size() - 100));
    const char byte = file.peek(1)[0];
    ASSERT_TRUE(file.putChar(static_cast<char>(byte ^ 1)));
    file.close();
    library.verify(path);
    ASSERT_TRUE(until([&] { return verified.count() == 2; }));
    EXPECT_FALSE(verified[1][1].toBool());
}

TEST_F(CoreModelLibrary, RemovesToTheBinButNotWhatIsBundled) {
    QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));  // of the test mode
    ASSERT_TRUE(synth(root.filePath("bundled.penjing")) && synth(root.filePath("models/b.penjing"), 2));
    refresh();
    EXPECT_FALSE(library.remove(root.filePath("bundled.penjing")));
    EXPECT_FALSE(library.remove("/etc/passwd"));
    EXPECT_TRUE(library.remove(root.filePath("models/b.penjing")));
    EXPECT_EQ(library.rowCount(), 1);
    EXPECT_FALSE(QFile::exists(root.filePath("models/b.penjing")));
    EXPECT_TRUE(QFile::exists(root.filePath("bundled.penjing")));
}

// The niceness of the thread that draws, looked up while it draws.
class PriorityProbe : public FakeDrawingEngine {
public:
    PriorityProbe(std::shared_ptr<FakeScript> script, std::atomic<int>& niceness)
        : FakeDrawingEngine(std::move(script)), niceness_(niceness) {}
    Result<GenerateResult> draw(const GenerateRequest& request, std::stop_token stop,
                                const ProgressCallback& progress) override {
        niceness_ = getpriority(PRIO_PROCESS, 0);
        return FakeDrawingEngine::draw(request, std::move(stop), progress);
    }

private:
    std::atomic<int>& niceness_;
};

TEST(CoreEnginePriority, FollowsTheSettingAndLeavesTheUiThreadAlone) {
    const int ours = getpriority(PRIO_PROCESS, 0);
    std::atomic<int> niceness = -100;
    EngineRunner runner(std::make_shared<PriorityProbe>(std::make_shared<FakeScript>(), niceness), {});
    const auto nicenessWith = [&](const EngineSettings& settings) {
        QSignalSpy released(&runner, &EngineRunner::released);
        runner.load("fake.penjing", settings);
        EXPECT_TRUE(QTest::qWaitFor([&] { return released.count() == 1; }, 5000));
        runner.draw("id", {}, "f00d", {});
        EXPECT_TRUE(QTest::qWaitFor([&] { return released.count() == 2; }, 5000));
        return niceness.load();
    };
    EXPECT_EQ(nicenessWith({.responsive = true}), std::max(ours, 10));
    EXPECT_EQ(nicenessWith({.responsive = false}), ours);
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), ours);
}

}  // namespace
}  // namespace penjing::studio
