#include <fcntl.h>
#include <sys/stat.h>

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QUrl>

#include "history_support.h"

namespace penjing::studio {
namespace {

class HistoryModelTest : public HistoryFixture {
protected:
    static QString cacheFile(const QString& folder, const QString& name) {
        const QStringList caches = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        EXPECT_EQ(caches.size(), 1);
        return folder + '/' + caches.value(0) + '/' + name;
    }
};

TEST_F(HistoryModelTest, ShowsTheFolderNewestFirst) {
    writeBytes(path("notes.txt"), "no picture");
    writeBytes(path("broken.png"), "no picture either");
    writeBytes(path(".hidden.png"), pngOf(nullptr));
    const auto model = scanned();
    QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(shown(*model), QStringList({"c.png", "b.png", "a.png"}));
    EXPECT_EQ(model->totalCount(), 3);
    EXPECT_EQ(model->index(2).data().toString(), "A red apple");
    const auto entry = model->index(1).data(HistoryModel::EntryRole).value<HistoryEntry>();
    EXPECT_EQ(entry.recipe.seed, 22u);
    EXPECT_EQ(entry.created.toUTC().toString(Qt::ISODate), "2026-01-02T10:00:00Z");
    EXPECT_EQ(model->rowOf(path("a.png")), 2);
    EXPECT_EQ(model->rowOf(path("x.png")), -1);
    EXPECT_EQ(model->rowOf("/elsewhere/a.png"), -1);
}

TEST_F(HistoryModelTest, PicturesWithoutARecipeAreShownByTheTimeOfTheirFile) {
    writeBytes(path("plain.png"), pngOf(nullptr));
    const auto model = scanned();
    EXPECT_EQ(shown(*model).first(), "plain.png");  // written now, the others in January
    EXPECT_EQ(model->index(0).data().toString(), "");
}

TEST_F(HistoryModelTest, SearchNeedsAllWordsInAnyCase) {
    const auto model = scanned();
    model->setSearch("APPLE", false);
    EXPECT_EQ(shown(*model), QStringList({"c.png", "a.png"}));
    model->setSearch("apple  tree", false);
    EXPECT_EQ(shown(*model), QStringList({"c.png"}));
    model->setSearch("ärger", false);
    EXPECT_EQ(shown(*model), QStringList({"b.png"}));
    model->setSearch("333 seedling", false);  // seed and model
    EXPECT_EQ(shown(*model), QStringList({"c.png"}));
    model->setSearch("tree333", false);  // not across fields
    EXPECT_EQ(model->rowCount(), 0);
    EXPECT_EQ(model->totalCount(), 3);
    model->setSearch("", false);
    EXPECT_EQ(model->rowCount(), 3);
}

TEST_F(HistoryModelTest, AddedPictureAppearsAtOnceAndOnce) {
    const auto model = scanned();
    const Recipe recipe = recipeOf("A new one", 5, "2026-02-01T10:00:00Z");
    write("d.png", recipe);
    model->addPicture(path("d.png"), recipe);
    EXPECT_EQ(shown(*model), QStringList({"d.png", "c.png", "b.png", "a.png"}));
    model->rescan();
    waitForScan(*model);
    EXPECT_EQ(model->rowCount(), 4);
    model->addPicture("/elsewhere/e.png", recipe);
    model->addPicture(path("missing.png"), recipe);
    EXPECT_EQ(model->rowCount(), 4);
}

TEST_F(HistoryModelTest, FollowsTheFolder) {
    const auto model = scanned();
    QFile::remove(path("b.png"));
    write("d.png", recipeOf("From outside", 4, "2026-01-04T10:00:00Z"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return shown(*model) == QStringList({"d.png", "c.png", "a.png"}); }, 10000));
}

TEST_F(HistoryModelTest, ChangedFileIsReadAgain) {
    const auto model = scanned();
    write("a.png", recipeOf("Something else altogether", 77, "2026-05-01T10:00:00Z"));
    model->rescan();
    waitForScan(*model);
    EXPECT_EQ(shown(*model), QStringList({"a.png", "c.png", "b.png"}));
    EXPECT_EQ(model->index(0).data().toString(), "Something else altogether");
}

TEST_F(HistoryModelTest, KnownFilesComeFromTheIndexWithoutBeingOpened) {
    scanned().reset();
    // Same size and time, other content: only somebody who opens the file would notice.
    struct stat info {};
    const QByteArray name = QFile::encodeName(path("a.png"));
    ASSERT_EQ(stat(name.constData(), &info), 0);
    writeBytes(path("a.png"), QByteArray(static_cast<qsizetype>(info.st_size), 'x'));
    const timespec times[2] = {info.st_atim, info.st_mtim};
    ASSERT_EQ(utimensat(AT_FDCWD, name.constData(), times, 0), 0);
    EXPECT_EQ(shown(*scanned()), QStringList({"c.png", "b.png", "a.png"}));

    ASSERT_TRUE(QDir(cache_.path()).removeRecursively());
    EXPECT_EQ(shown(*scanned()), QStringList({"c.png", "b.png"}));
}

TEST_F(HistoryModelTest, DamagedIndexIsRebuilt) {
    scanned().reset();
    const QString index = cacheFile(cache_.path(), "index");
    const QByteArray good = bytesOf(index);
    ASSERT_GT(good.size(), 100);
    for (const QByteArray& bad : {good.first(good.size() / 2), good.first(20), QByteArray(), good + "tail",
                                  QByteArray(good).replace("apple", "APPLE"), QByteArray(5000, '\xff')}) {
        writeBytes(index, bad);
        EXPECT_EQ(shown(*scanned()), QStringList({"c.png", "b.png", "a.png"}));
    }
}

TEST_F(HistoryModelTest, StarsSurviveWithoutTheCache) {
    auto model = scanned();
    model->setStarred(path("a.png"), true);
    model->setStarred(path("b.png"), true);
    model->setStarred(path("b.png"), false);
    model.reset();
    ASSERT_TRUE(QDir(cache_.path()).removeRecursively());
    model = scanned();
    EXPECT_TRUE(model->index(model->rowOf(path("a.png"))).data(HistoryModel::StarredRole).toBool());
    EXPECT_FALSE(model->index(model->rowOf(path("b.png"))).data(HistoryModel::StarredRole).toBool());
    model->setSearch("", true);
    EXPECT_EQ(shown(*model), QStringList({"a.png"}));
    model->setStarred(path("a.png"), false);
    EXPECT_EQ(model->rowCount(), 0);
    model->setStarred(path("c.png"), true);
    EXPECT_EQ(shown(*model), QStringList({"c.png"}));
}

TEST_F(HistoryModelTest, DamagedStarsArePutAsideNotLost) {
    writeBytes(path(".penjing-stars.json"), "{\"version\": 1, \"sta");
    HistoryModel model(folder_.path(), cache_.path());
    QSignalSpy problem(&model, &HistoryModel::problem);
    waitForScan(model);
    EXPECT_EQ(problem.size(), 1);
    EXPECT_EQ(bytesOf(path(".penjing-stars.json.damaged-1")), "{\"version\": 1, \"sta");
}

TEST_F(HistoryModelTest, DeletedPicturesComeBackInOrderEvenAfterClosing) {
    auto model = scanned();
    QSignalSpy undo(model.get(), &HistoryModel::undoChanged);
    EXPECT_FALSE(model->canUndoRemove());
    model->setStarred(path("b.png"), true);
    EXPECT_TRUE(model->removePictures({path("b.png")}));
    EXPECT_TRUE(model->removePictures({path("a.png"), path("c.png"), path("nothing.png")}));
    EXPECT_EQ(undo.size(), 1);
    EXPECT_EQ(model->rowCount(), 0);
    EXPECT_EQ(model->binCount(), 3);
    EXPECT_FALSE(QFile::exists(path("a.png")));
    model.reset();

    model = scanned();
    EXPECT_EQ(model->rowCount(), 0);
    EXPECT_TRUE(model->canUndoRemove());
    QStringList back = model->undoRemove();
    back.sort();
    EXPECT_EQ(back, QStringList({path("a.png"), path("c.png")}));
    EXPECT_EQ(shown(*model), QStringList({"c.png", "a.png"}));
    EXPECT_EQ(model->undoRemove(), QStringList({path("b.png")}));
    EXPECT_EQ(shown(*model), QStringList({"c.png", "b.png", "a.png"}));
    EXPECT_TRUE(model->index(1).data(HistoryModel::StarredRole).toBool());
    EXPECT_FALSE(model->canUndoRemove());
    EXPECT_TRUE(model->undoRemove().isEmpty());
}

TEST_F(HistoryModelTest, UndoNeverReplacesANewPictureOfTheSameName) {
    const auto model = scanned();
    model->setStarred(path("a.png"), true);
    ASSERT_TRUE(model->removePictures({path("a.png")}));
    const Recipe other = recipeOf("Another one", 9, "2026-03-01T10:00:00Z");
    write("a.png", other);
    model->addPicture(path("a.png"), other);
    EXPECT_FALSE(model->index(model->rowOf(path("a.png"))).data(HistoryModel::StarredRole).toBool());
    EXPECT_EQ(model->undoRemove(), QStringList({path("a (2).png")}));
    EXPECT_EQ(model->index(model->rowOf(path("a.png"))).data().toString(), "Another one");
    const QModelIndex back = model->index(model->rowOf(path("a (2).png")));
    EXPECT_EQ(back.data().toString(), "A red apple");
    EXPECT_TRUE(back.data(HistoryModel::StarredRole).toBool());
}

TEST_F(HistoryModelTest, EmptiedBinIsGone) {
    auto model = scanned();
    ASSERT_TRUE(model->removePictures({path("a.png"), path("b.png")}));
    model->emptyBin();
    EXPECT_EQ(model->binCount(), 0);
    EXPECT_FALSE(model->canUndoRemove());
    model.reset();
    const QStringList left = QDir(folder_.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    EXPECT_EQ(left.filter("penjing-bin").size() + left.filter("emptied").size(), 0) << left.join(' ').toStdString();
    EXPECT_TRUE(left.contains("c.png"));
}

TEST_F(HistoryModelTest, ThumbnailsArriveLater) {
    const Recipe recipe = recipeOf("Large", 3, "2026-06-01T10:00:00Z");
    writeBytes(path("large.png"), pngOf(&recipe, 600));
    const auto model = scanned();
    QSignalSpy changed(model.get(), &QAbstractItemModel::dataChanged);
    EXPECT_TRUE(model->index(0).data(HistoryModel::ThumbnailRole).value<QImage>().isNull());
    ASSERT_TRUE(changed.wait(20000));
    EXPECT_EQ(model->index(0).data(HistoryModel::ThumbnailRole).value<QImage>().size(), QSize(256, 256));
    EXPECT_EQ(QDir(cacheFile(cache_.path(), "thumbnails")).entryList({"*.jpg"}).size(), 1);
}

TEST_F(HistoryModelTest, ManyPicturesOfAFirstScanAllArriveOnce) {
    for (int i = 0; i < 400; ++i)
        write(QStringLiteral("many-%1.png").arg(i), recipeOf("many", static_cast<unsigned>(i), "2025-01-01T10:00:00Z"));
    const auto model = scanned();
    EXPECT_EQ(model->rowCount(), 403);
    const QStringList names = shown(*model);
    EXPECT_EQ(QSet<QString>(names.begin(), names.end()).size(), 403);
}

TEST_F(HistoryModelTest, AnotherFolderHasItsOwnPictures) {
    QTemporaryDir other;
    const Recipe recipe = recipeOf("elsewhere", 8, "2026-01-01T10:00:00Z");
    writeBytes(other.filePath("x.png"), pngOf(&recipe));
    const auto model = scanned();
    model->setFolder(other.path());
    waitForScan(*model);
    EXPECT_EQ(shown(*model), QStringList({"x.png"}));
    model->setFolder(folder_.path() + "/");
    waitForScan(*model);
    EXPECT_EQ(model->rowCount(), 3);
}

TEST_F(HistoryModelTest, DragsFilesAndASinglePicturesPixels) {
    const auto model = scanned();
    const std::unique_ptr<QMimeData> one(model->mimeData({model->index(0)}));
    EXPECT_EQ(one->urls(), QList<QUrl>{QUrl::fromLocalFile(path("c.png"))});
    EXPECT_TRUE(one->hasImage());
    EXPECT_EQ(one->imageData().value<QImage>().size(), QSize(16, 16));
    const std::unique_ptr<QMimeData> two(model->mimeData({model->index(0), model->index(1)}));
    EXPECT_EQ(two->urls().size(), 2);
    EXPECT_FALSE(two->hasImage());
    EXPECT_EQ(model->supportedDragActions(), Qt::CopyAction);
}

}  // namespace
}  // namespace penjing::studio
