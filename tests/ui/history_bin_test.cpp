#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "history/picture_bin.h"
#include "history/rename_file.h"
#include "history_support.h"

namespace penjing::studio {
namespace {

constexpr int kPictures = 12;

class PictureBinTest : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < kPictures; ++i) writeBytes(path(name(i)), content(i));
    }
    static QString name(int i) { return QStringLiteral("%1.png").arg(i); }
    static QByteArray content(int i) { return QByteArray("picture ") + QByteArray::number(i); }
    QString path(const QString& relative) const { return folder_.filePath(relative); }
    QStringList names() const {
        QStringList all;
        for (int i = 0; i < kPictures; ++i) all << name(i);
        return all;
    }

    QTemporaryDir folder_;
};

TEST_F(PictureBinTest, MovesAreUndoneInReverseOrder) {
    PictureBin bin(folder_.path());
    EXPECT_TRUE(bin.isEmpty());
    EXPECT_EQ(bin.remove({"0.png", "1.png"}).moved.size(), 2u);
    EXPECT_EQ(bin.remove({"2.png"}).moved.size(), 1u);
    EXPECT_EQ(bin.count(), 3);
    const PictureBin::Outcome last = bin.restoreLast();
    ASSERT_EQ(last.moved.size(), 1u);
    EXPECT_EQ(last.moved[0].name, "2.png");
    EXPECT_TRUE(PictureBin::isKey(last.moved[0].key));
    EXPECT_EQ(bytesOf(path("2.png")), content(2));
    EXPECT_EQ(bin.restoreLast().moved.size(), 2u);
    EXPECT_TRUE(bin.restoreLast().moved.empty());
    EXPECT_TRUE(bin.isEmpty());
}

TEST_F(PictureBinTest, MissingFilesAreReportedAndLeaveNoEmptyRemovalBehind) {
    PictureBin bin(folder_.path());
    const PictureBin::Outcome outcome = bin.remove({"missing.png"});
    EXPECT_TRUE(outcome.moved.empty());
    EXPECT_TRUE(outcome.problem.contains("missing.png"));
    ASSERT_EQ(bin.remove({"0.png"}).moved.size(), 1u);
    EXPECT_TRUE(bin.remove({"0.png"}).moved.empty());
    EXPECT_EQ(bin.restoreLast().moved.size(), 1u);
}

TEST_F(PictureBinTest, ALinkInPlaceOfTheBinIsNotFollowed) {
    QTemporaryDir outside;
    writeBytes(outside.filePath("precious.png"), "precious");
    ASSERT_TRUE(QDir(outside.path()).mkdir("00000001"));
    writeBytes(outside.filePath("00000001/precious.png"), "precious");
    ASSERT_TRUE(QFile::link(outside.path(), path(".penjing-bin")));
    PictureBin bin(folder_.path());
    EXPECT_TRUE(bin.isEmpty());
    EXPECT_TRUE(bin.remove({"0.png"}).moved.empty());
    EXPECT_TRUE(bin.restoreLast().moved.empty());
    bin.empty();
    bin.deleteEmptied();
    EXPECT_TRUE(QFile::exists(outside.filePath("precious.png")));
    EXPECT_TRUE(QFile::exists(outside.filePath("00000001/precious.png")));
    EXPECT_TRUE(QFile::exists(path("0.png")));
}

TEST_F(PictureBinTest, EmptyingIsOneRenameAndCanBeFinishedLater) {
    PictureBin bin(folder_.path());
    bin.remove({"0.png", "1.png"});
    EXPECT_EQ(bin.empty(), "");
    EXPECT_EQ(bin.count(), 0);  // before anything is deleted
    bin.remove({"2.png"});
    EXPECT_EQ(bin.empty(), "");
    PictureBin(folder_.path()).deleteEmptied();
    EXPECT_EQ(QDir(folder_.path()).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot), QStringList());
    EXPECT_EQ(QDir(folder_.path()).entryList(QDir::Files).size(), kPictures - 3);
}

TEST_F(PictureBinTest, RenamingNeverReplaces) {
    EXPECT_EQ(renameWithoutReplacing(path("0.png"), path("1.png")), EEXIST);
    EXPECT_EQ(bytesOf(path("1.png")), content(1));
    EXPECT_EQ(renameWithoutReplacing(path("0.png"), path("new.png")), 0);
    EXPECT_EQ(bytesOf(path("new.png")), content(0));
    EXPECT_EQ(renameWithoutReplacing(path("0.png"), path("x.png")), ENOENT);
}

// kill -9 at random moments while pictures go into the bin and come back.
TEST_F(PictureBinTest, AKillAtAnyMomentLosesNothing) {
    std::mt19937 random(20260101);
    for (int round = 0; round < 60; ++round) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            PictureBin bin(folder_.path());
            for (;;) {
                bin.remove(names().mid(0, kPictures / 2));
                bin.remove(names().mid(kPictures / 2));
                bin.restoreLast();
                bin.restoreLast();
            }
        }
        usleep(std::uniform_int_distribution<useconds_t>(200, 6000)(random));
        ASSERT_EQ(kill(child, SIGKILL), 0);
        ASSERT_EQ(waitpid(child, nullptr, 0), child);

        PictureBin bin(folder_.path());
        const auto inPlace = QDir(folder_.path()).entryList({"*.png"}, QDir::Files).size();
        ASSERT_EQ(inPlace + bin.count(), kPictures) << "round " << round;
        for (int undo = 0; undo < 3; ++undo) bin.restoreLast();
        for (int i = 0; i < kPictures; ++i) ASSERT_EQ(bytesOf(path(name(i))), content(i)) << "round " << round;
        ASSERT_TRUE(bin.isEmpty());
    }
}

}  // namespace
}  // namespace penjing::studio
