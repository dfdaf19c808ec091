#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "widgets/prompt_edit.h"

namespace penjing::studio {
namespace {

TEST(PromptEdit, WalksItsHistoryFromTheFirstAndLastLine) {
    PromptEdit edit;
    edit.resize(400, 100);
    edit.setHistory({"newest", "older\ntwo lines"});
    edit.setPlainText("draft");
    QTest::keyClick(&edit, Qt::Key_Up);
    EXPECT_EQ(edit.toPlainText(), "newest");
    QTest::keyClick(&edit, Qt::Key_Up);
    EXPECT_EQ(edit.toPlainText(), "older\ntwo lines");
    QTest::keyClick(&edit, Qt::Key_Up);
    EXPECT_EQ(edit.toPlainText(), "older\ntwo lines") << "the cursor went up inside the text";
    QTest::keyClick(&edit, Qt::Key_Down);
    QTest::keyClick(&edit, Qt::Key_Down);
    EXPECT_EQ(edit.toPlainText(), "newest");
    QTest::keyClick(&edit, Qt::Key_Down);
    EXPECT_EQ(edit.toPlainText(), "draft");
}

TEST(PromptEdit, CtrlEnterSubmitsAndAddsNoLine) {
    PromptEdit edit;
    edit.setPlainText("a cat");
    QSignalSpy spy(&edit, &PromptEdit::submitted);
    QTest::keyClick(&edit, Qt::Key_Return, Qt::ControlModifier);
    EXPECT_EQ(spy.count(), 1);
    EXPECT_EQ(edit.toPlainText(), "a cat");
}

TEST(PromptEdit, GrowsFromOneToSixLines) {
    PromptEdit edit;
    edit.resize(400, 100);
    const int one = edit.sizeHint().height();
    edit.setPlainText("1\n2\n3");
    const int three = edit.sizeHint().height();
    edit.setPlainText("1\n2\n3\n4\n5\n6");
    const int six = edit.sizeHint().height();
    edit.setPlainText("1\n2\n3\n4\n5\n6\n7\n8");
    EXPECT_GT(three, one);
    EXPECT_GT(six, three);
    EXPECT_EQ(edit.sizeHint().height(), six);
}

TEST(PromptEdit, ReplacingTheTextCanBeUndone) {
    PromptEdit edit;
    edit.setPlainText("mine");
    edit.replaceText("taken over");
    edit.undo();
    EXPECT_EQ(edit.toPlainText(), "mine");
}

}  // namespace
}  // namespace penjing::studio
