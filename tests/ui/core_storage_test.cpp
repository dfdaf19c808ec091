#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <cmath>
#include <limits>

#include "core/queue_store.h"
#include "core/resume_file.h"

namespace penjing::studio {
namespace {

const QString kId = "0f8fad5b-d9cb-469f-a165-70867728950e";

DrawSettings fullSettings() {
    DrawSettings settings;
    settings.prompt = QString::fromUtf8("ein \"Apfel\" 🍎\n zweite Zeile");
    settings.seed = std::numeric_limits<quint64>::max();
    settings.width = 512;
    settings.height = 768;
    settings.steps = 8;
    settings.guidance = 3.5;
    settings.variation = Variation{std::numeric_limits<quint64>::max() - 1, 0.25};
    settings.compactText = true;
    settings.modelHash = "abc";
    return settings;
}

Job fullJob() {
    return {kId, fullSettings(), JobState::Stopped, 3, "/tmp/apple.png", "a problem"};
}

QByteArray readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeAll(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    ASSERT_EQ(file.write(bytes), bytes.size());
}

TEST(CoreDrawSettings, ComeBackFromJsonAsTheyWere) {
    EXPECT_EQ(drawSettingsFromJson(toJson(fullSettings())), fullSettings());
    EXPECT_EQ(drawSettingsFromJson(toJson(DrawSettings{})), DrawSettings{});
}

TEST(CoreDrawSettings, HostileJsonIsRefused) {
    const QList<std::pair<QString, QJsonValue>> changes{{"prompt", 7},
                                                        {"prompt", QJsonValue()},
                                                        {"seed", 7},
                                                        {"seed", "-1"},
                                                        {"seed", "18446744073709551616"},
                                                        {"seed", "1e3"},
                                                        {"width", -16},
                                                        {"width", 1e9},
                                                        {"width", 16.5},
                                                        {"height", "256"},
                                                        {"steps", 1001},
                                                        {"steps", QJsonValue()},
                                                        {"guidance", -1},
                                                        {"guidance", "x"},
                                                        {"guidance", 1e300},
                                                        {"variation", 3},
                                                        {"compact_text", 1},
                                                        {"model", QString(1000, 'f')},
                                                        {"variation", QJsonObject{{"seed", "1"}, {"strength", 1.5}}},
                                                        {"variation", QJsonObject{{"strength", 0.5}}}};
    for (const auto& [key, value] : changes) {
        QJsonObject json = toJson(fullSettings());
        json[key] = value;
        EXPECT_FALSE(drawSettingsFromJson(json)) << key.toStdString();
    }
    EXPECT_FALSE(drawSettingsFromJson({}));
}

TEST(CoreDrawSettings, RequestAndRecipe) {
    const GenerateRequest request = toRequest(fullSettings());
    EXPECT_EQ(request.prompt, fullSettings().prompt.toStdString());
    EXPECT_EQ(request.previewEvery, 1);
    EXPECT_EQ(request.variation, fullSettings().variation);
    EXPECT_TRUE(request.compactText);
    EXPECT_FALSE(toRequest(DrawSettings{}).compactText);
    Recipe recipe;
    recipe.prompt = request.prompt;
    recipe.seed = request.seed;
    recipe.width = 512;
    recipe.height = 768;
    recipe.steps = 8;
    recipe.guidance = 3.5;
    recipe.variation = request.variation;
    recipe.compactText = true;
    recipe.modelHash = "abc";
    EXPECT_EQ(fromRecipe(recipe), fullSettings());
}

class CoreQueueStore : public testing::Test {
protected:
    QString file() const { return root.filePath("queue.json"); }
    // Saves a job, changes its JSON and loads what is left.
    StoredQueue loadChanged(const std::function<void(QJsonObject& job)>& change) {
        EXPECT_TRUE(store.save({fullJob()}, false).ok());
        QJsonObject document = QJsonDocument::fromJson(readAll(file())).object();
        QJsonArray jobs = document["jobs"].toArray();
        QJsonObject job = jobs[0].toObject();
        change(job);
        document["jobs"] = QJsonArray{job};
        writeAll(file(), QJsonDocument(document).toJson());
        return store.load();
    }

    QTemporaryDir root;
    QueueStore store{root.path()};
};

TEST_F(CoreQueueStore, KeepsEverythingOfAJob) {
    ASSERT_TRUE(store.save({fullJob()}, true).ok());
    const StoredQueue queue = store.load();
    ASSERT_EQ(queue.jobs.size(), 1);
    const Job& job = queue.jobs[0];
    EXPECT_EQ(job.id, kId);
    EXPECT_EQ(job.settings, fullSettings());
    EXPECT_EQ(job.state, JobState::Stopped);
    EXPECT_EQ(job.finishedSteps, 3);
    EXPECT_EQ(job.picturePath, "/tmp/apple.png");
    EXPECT_EQ(job.problem, "a problem");
    EXPECT_TRUE(queue.paused);
    EXPECT_TRUE(queue.damagedCopy.isEmpty());
}

TEST_F(CoreQueueStore, NoFileIsAnEmptyQueue) {
    EXPECT_TRUE(store.load().jobs.isEmpty());
    EXPECT_TRUE(store.load().damagedCopy.isEmpty());
}

TEST_F(CoreQueueStore, DamagedFilesAreKeptAside) {
    for (const QByteArray& damaged :
         {QByteArray("{\"version\":1,\"jobs\":["), QByteArray(), QByteArray("[]"),
          QByteArray("{\"version\":2,\"jobs\":[]}"), QByteArray("{\"version\":1}"), QByteArray(100000, '[')}) {
        writeAll(file(), damaged);
        const StoredQueue queue = store.load();
        EXPECT_TRUE(queue.jobs.isEmpty());
        EXPECT_FALSE(QFile::exists(file()));
        EXPECT_EQ(readAll(queue.damagedCopy), damaged);
    }
    EXPECT_EQ(QDir(root.path()).entryList({"queue-damaged-*"}).size(), 6);
}

TEST_F(CoreQueueStore, WhatIsReadableOfADamagedFileIsTaken) {
    ASSERT_TRUE(store.save({fullJob()}, false).ok());
    QJsonObject whole = QJsonDocument::fromJson(readAll(file())).object();
    whole["jobs"] = QJsonArray{whole["jobs"].toArray()[0], 7, whole["jobs"].toArray()[0]};
    writeAll(file(), QJsonDocument(whole).toJson());
    const StoredQueue queue = store.load();
    EXPECT_EQ(queue.jobs.size(), 1);
    EXPECT_FALSE(queue.damagedCopy.isEmpty());
}

TEST_F(CoreQueueStore, HostileJobsAreRefused) {
    EXPECT_EQ(loadChanged([](QJsonObject&) {}).jobs.size(), 1);
    for (const char* id : {"", "../../../etc/passwd", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "x"})
        EXPECT_TRUE(loadChanged([&](QJsonObject& job) { job["id"] = id; }).jobs.isEmpty()) << id;
    for (const char* path : {"relative.png", "/etc/passwd", ""})
        EXPECT_TRUE(loadChanged([&](QJsonObject& job) { job["picture"] = path; }).jobs.isEmpty()) << path;
    EXPECT_TRUE(loadChanged([](QJsonObject& job) { job["state"] = "dancing"; }).jobs.isEmpty());
    EXPECT_TRUE(loadChanged([](QJsonObject& job) { job["finishedSteps"] = -1; }).jobs.isEmpty());
    EXPECT_TRUE(loadChanged([](QJsonObject& job) { job.remove("settings"); }).jobs.isEmpty());
}

TEST_F(CoreQueueStore, SayingThatItCannotBeWritten) {
    writeAll(root.filePath("not-a-folder"), "x");
    const Status status = QueueStore(root.filePath("not-a-folder")).save({fullJob()}, false);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::WriteFailed);
}

class CoreResumeFile : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(writeResumeFile(path, print, state)); }

    QTemporaryDir root;
    const QString path = root.filePath("a.state");
    const QByteArray print = resumeFingerprint(fullSettings(), "hash", "avx2");
    const DenoiseState state{3, {1.5f, -2.25f, 0.0f, 1e-30f}};
};

TEST_F(CoreResumeFile, ComesBackAsItWas) {
    const auto read = readResumeFile(path, print);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->step, 3);
    EXPECT_EQ(read->latents, state.latents);
    EXPECT_EQ(resumeStep(path), 3);
    EXPECT_EQ(QDir(root.path()).entryList(QDir::Files).size(), 1);  // nothing temporary stays
}

TEST_F(CoreResumeFile, IsOfOneRequestModelAndKernelSet) {
    DrawSettings other = fullSettings();
    other.seed -= 1;
    EXPECT_FALSE(readResumeFile(path, resumeFingerprint(other, "hash", "avx2")));
    EXPECT_FALSE(readResumeFile(path, resumeFingerprint(fullSettings(), "other", "avx2")));
    EXPECT_FALSE(readResumeFile(path, resumeFingerprint(fullSettings(), "hash", "scalar")));
}

TEST_F(CoreResumeFile, EveryDamagedByteAndEveryLengthIsNoticed) {
    const QByteArray whole = readAll(path);
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
        writeAll(path, damaged);
        EXPECT_FALSE(readResumeFile(path, print)) << "byte " << i;
        writeAll(path, whole.left(i));
        EXPECT_FALSE(readResumeFile(path, print)) << "length " << i;
    }
    writeAll(path, whole + "x");
    EXPECT_FALSE(readResumeFile(path, print));
    writeAll(path, whole);
    EXPECT_TRUE(readResumeFile(path, print));
}

TEST_F(CoreResumeFile, ValuesThatAreNotFiniteAreRefused) {
    ASSERT_TRUE(writeResumeFile(path, print, {2, {1.0f, std::nanf("")}}));
    EXPECT_FALSE(readResumeFile(path, print));
}

TEST_F(CoreResumeFile, AFolderThatIsGoneIsNoCrash) {
    EXPECT_FALSE(writeResumeFile("/nowhere/at/all/a.state", print, state));
    EXPECT_EQ(resumeStep("/nowhere/at/all/a.state"), 0);
}

}  // namespace
}  // namespace penjing::studio
