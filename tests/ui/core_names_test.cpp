#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/picture_name.h"

namespace penjing::studio {
namespace {

const QDateTime kNow(QDate(2026, 3, 4), QTime(5, 6, 7));

QString nameOf(const QString& prompt, const QString& pattern = "{prompt}-{seed}") {
    DrawSettings settings;
    settings.prompt = prompt;
    settings.seed = 42;
    settings.width = 512;
    settings.height = 256;
    settings.steps = 4;
    return pictureName(pattern, settings, "Bonsai 4B", kNow);
}

TEST(CoreNames, FillsEveryPlaceholder) {
    EXPECT_EQ(nameOf("A red apple"), "A-red-apple-42.png");
    EXPECT_EQ(nameOf("apple", "{date}_{time}_{model}_{size}_{steps}"), "2026-03-04_050607_Bonsai-4B_512x256_4.png");
}

TEST(CoreNames, WhatLooksLikeAPlaceholderInThePromptIsText) {
    EXPECT_EQ(nameOf("a {seed}"), "a-{seed}-42.png");
}

TEST(CoreNames, ForbiddenCharactersBecomeHyphens) {
    EXPECT_EQ(nameOf("a/b\\c:d*e?f\"g<h>i|j\nk\tl"), "a-b-c-d-e-f-g-h-i-j-k-l-42.png");
    EXPECT_EQ(nameOf("../../etc/passwd"), "etc-passwd-42.png");
    EXPECT_EQ(nameOf(QString("left") + QChar(0x202e) + "right"), "left-right-42.png");  // turns the writing around
}

TEST(CoreNames, EmojisStayWhole) {
    const QString family = QString::fromUtf8("👨‍👩‍👧");
    EXPECT_EQ(nameOf(family), family + "-42.png");
    const QString name = nameOf(family.repeated(20));
    EXPECT_LE(name.toUtf8().size(), 120);
    EXPECT_EQ(name, family.repeated(name.count(family)) + "-42.png");
    EXPECT_GE(name.count(family), 5);
}

TEST(CoreNames, HalfACharacterIsLeftOut) {
    EXPECT_EQ(nameOf(QString("a") + QChar(0xd83d) + "b"), "a-b-42.png");
}

TEST(CoreNames, LongPromptsKeepTheSeed) {
    const QString name = nameOf(QString("word ").repeated(60));
    EXPECT_LE(name.toUtf8().size(), 120);
    EXPECT_GE(name.toUtf8().size(), 110);
    EXPECT_TRUE(name.endsWith("-42.png"));
    EXPECT_LE(nameOf(QString("x").repeated(300), QString("y").repeated(300)).toUtf8().size(), 120);
}

TEST(CoreNames, IsNeverEmptyOrHidden) {
    EXPECT_EQ(nameOf("", "{prompt}"), "picture.png");
    EXPECT_EQ(nameOf("///", "{prompt}"), "picture.png");
    EXPECT_EQ(nameOf("...", "{prompt}"), "picture.png");
    EXPECT_EQ(nameOf(".hidden", "{prompt}"), "hidden.png");
}

TEST(CoreNames, NamesThatWindowsReserves) {
    EXPECT_EQ(nameOf("con", "{prompt}"), "_con.png");
    EXPECT_EQ(nameOf("LPT1", "{prompt}"), "_LPT1.png");
    EXPECT_EQ(nameOf("nul.tar", "{prompt}"), "_nul.tar.png");
    EXPECT_EQ(nameOf("console", "{prompt}"), "console.png");
}

TEST(CoreNames, FreePathsAvoidFilesAndWhatIsTaken) {
    const QTemporaryDir folder;
    const QString first = freePath(folder.path(), "a.png");
    EXPECT_EQ(first, folder.filePath("a.png"));
    QFile file(first);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    EXPECT_EQ(freePath(folder.path(), "a.png"), folder.filePath("a (2).png"));
    EXPECT_EQ(freePath(folder.path(), "a.png", {folder.filePath("a (2).png")}), folder.filePath("a (3).png"));
    QFile pack(folder.filePath("a.b.penjing"));
    ASSERT_TRUE(pack.open(QIODevice::WriteOnly));
    EXPECT_EQ(freePath(folder.path(), "a.b.penjing"), folder.filePath("a.b (2).penjing"));
}

TEST(CoreNames, ADanglingLinkIsTaken) {
    const QTemporaryDir folder;
    ASSERT_TRUE(QFile::link("/nowhere/at/all", folder.filePath("a.png")));
    EXPECT_EQ(freePath(folder.path(), "a.png"), folder.filePath("a (2).png"));
}

}  // namespace
}  // namespace penjing::studio
