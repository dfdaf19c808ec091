#include "studio/single_instance.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <future>

namespace penjing::studio {
namespace {

constexpr int kPatience = 20000;

class SingleInstanceTest : public ::testing::Test {
protected:
    QTemporaryDir folder_;
    SingleInstance first_{folder_.path()};
    SingleInstance second_{folder_.path()};
};

TEST_F(SingleInstanceTest, OnlyOneIsFirst) {
    const auto first = first_.becomeFirst();
    ASSERT_TRUE(first.ok());
    EXPECT_TRUE(*first);
    const auto second = second_.becomeFirst();
    ASSERT_TRUE(second.ok());
    EXPECT_FALSE(*second);
}

TEST_F(SingleInstanceTest, FilesArriveAsTheyWereNamed) {
    ASSERT_TRUE(first_.becomeFirst().ok());
    QSignalSpy opened(&first_, &SingleInstance::opened);
    const QStringList files = {"/a/two\nlines.png", QString::fromUtf8("/a/\xe7\x9b\x86\xe6\x99\xaf.png"), "/a/ b.png"};
    auto handedOver = std::async(std::launch::async, [&] { return second_.handOver(files); });
    ASSERT_TRUE(opened.wait(kPatience));
    EXPECT_EQ(opened[0][0].toStringList(), files);
    EXPECT_TRUE(handedOver.get().ok());
}

TEST_F(SingleInstanceTest, NoFilesStillBringItToTheFront) {
    ASSERT_TRUE(first_.becomeFirst().ok());
    QSignalSpy opened(&first_, &SingleInstance::opened);
    auto handedOver = std::async(std::launch::async, [&] { return second_.handOver({}); });
    ASSERT_TRUE(opened.wait(kPatience));
    EXPECT_TRUE(opened[0][0].toStringList().isEmpty());
    EXPECT_TRUE(handedOver.get().ok());
}

TEST_F(SingleInstanceTest, AFirstThatDoesNotAnswerIsReported) {
    ASSERT_TRUE(first_.becomeFirst().ok());
    const Status status = second_.handOver({"/a.png"});  // nobody runs an event loop meanwhile
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Internal);
}

TEST_F(SingleInstanceTest, AFolderThatCannotBeWrittenIsReported) {
    SingleInstance lost(folder_.filePath("missing/folder"));
    const auto first = lost.becomeFirst();
    ASSERT_FALSE(first.ok());
    EXPECT_EQ(first.error().code, ErrorCode::WriteFailed);
}

}  // namespace
}  // namespace penjing::studio
