#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSlider>

#include "history/recipe_facts.h"
#include "history_support.h"
#include "widgets/compare_canvas.h"
#include "widgets/compare_view.h"
#include "widgets/export_dialog.h"
#include "widgets/gallery_grid.h"
#include "widgets/gallery_page.h"
#include "widgets/undo_bar.h"

namespace penjing::studio {
namespace {

class GalleryTest : public HistoryFixture {
protected:
    void SetUp() override {
        HistoryFixture::SetUp();
        model_ = scanned();
        page_ = std::make_unique<GalleryPage>(model_.get());
        page_->resize(1100, 700);
        page_->show();
        page_->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(page_.get()));
        grid_ = page_->findChild<GalleryGrid*>();
        ASSERT_NE(grid_, nullptr);
        grid_->setFocus();
        QTest::qWait(1);
    }
    void selectRow(int row) {
        grid_->selectionModel()->setCurrentIndex(model_->index(row), QItemSelectionModel::ClearAndSelect);
        QTest::qWait(1);
    }
    QString text(const QString& objectName) const {
        const auto* label = page_->findChild<QLabel*>(objectName);
        return label ? label->text() : "no such label";
    }

    std::unique_ptr<HistoryModel> model_;
    std::unique_ptr<GalleryPage> page_;
    GalleryGrid* grid_ = nullptr;
};

TEST_F(GalleryTest, SearchNarrowsAndSaysHowMany) {
    EXPECT_EQ(text("galleryCount"), "3 pictures");
    page_->focusSearch();
    QTest::keyClicks(page_->findChild<QLineEdit*>("gallerySearch"), "apple");
    EXPECT_TRUE(QTest::qWaitFor([&] { return text("galleryCount") == "2 of 3 pictures"; }));
    QTest::keyClicks(page_->findChild<QLineEdit*>("gallerySearch"), "xyz");
    EXPECT_TRUE(QTest::qWaitFor([&] { return model_->rowCount() == 0; }));
    EXPECT_EQ(text("galleryEmptyTitle"), "Nothing found");
    EXPECT_TRUE(page_->findChild<QLabel*>("galleryEmptyTitle")->isVisible());
}

TEST_F(GalleryTest, SelectedPictureIsDescribed) {
    selectRow(1);
    EXPECT_EQ(text("galleryPrompt"), "A blue boat, Ärger");
    EXPECT_EQ(text("galleryFile"), "b.png");
    EXPECT_EQ(page_->findChild<QLabel*>("galleryFact")->text(), "22");  // the seed is the first fact
}

TEST_F(GalleryTest, SelectionSurvivesASearch) {
    selectRow(2);
    model_->setSearch("apple", false);
    EXPECT_EQ(grid_->selectedPaths(), QStringList{path("a.png")});
    EXPECT_EQ(grid_->currentPath(), path("a.png"));
}

TEST_F(GalleryTest, KeysActOnTheSelection) {
    selectRow(1);
    const std::pair<Qt::Key, void (GalleryPage::*)(const QString&)> keys[]{
        {Qt::Key_Return, &GalleryPage::openWanted},
        {Qt::Key_U, &GalleryPage::useSettingsWanted},
        {Qt::Key_N, &GalleryPage::sameButNewSeedWanted},
        {Qt::Key_V, &GalleryPage::variationsWanted},
        {Qt::Key_R, &GalleryPage::verifyWanted}};
    for (const auto& [key, wanted] : keys) {
        QSignalSpy spy(page_.get(), wanted);
        QTest::keyClick(grid_, key);
        ASSERT_EQ(spy.size(), 1) << key;
        EXPECT_EQ(spy[0][0].toString(), path("b.png"));
    }
    QTest::keyClick(grid_, Qt::Key_S);
    EXPECT_TRUE(model_->index(1).data(HistoryModel::StarredRole).toBool());
    QTest::keyClick(grid_, Qt::Key_S);
    EXPECT_FALSE(model_->index(1).data(HistoryModel::StarredRole).toBool());
    QTest::keyClick(grid_, Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->mimeData()->urls().value(0), QUrl::fromLocalFile(path("b.png")));
    QTest::keyClick(grid_, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->text(), "A blue boat, Ärger");
}

TEST_F(GalleryTest, DeletedPictureComesBackWithCtrlZ) {
    auto* bar = page_->findChild<UndoBar*>();
    EXPECT_FALSE(bar->isVisible());
    selectRow(1);
    QTest::keyClick(grid_, Qt::Key_Delete);
    EXPECT_EQ(shown(*model_), QStringList({"c.png", "a.png"}));
    EXPECT_TRUE(bar->isVisible());
    EXPECT_EQ(grid_->selectedPaths(), QStringList{path("a.png")});  // the next one
    QTest::keyClick(grid_, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(model_->rowCount(), 3);
    EXPECT_FALSE(bar->isVisible());
    EXPECT_EQ(grid_->selectedPaths(), QStringList{path("b.png")});
}

TEST_F(GalleryTest, TwoCanBeComparedAndManyExported) {
    QSignalSpy compare(page_.get(), &GalleryPage::compareWanted);
    QSignalSpy exporting(page_.get(), &GalleryPage::exportWanted);
    selectRow(0);
    QTest::keyClick(grid_, Qt::Key_C);
    EXPECT_EQ(compare.size(), 0);
    grid_->selectionModel()->select(model_->index(2), QItemSelectionModel::Select);
    QTest::qWait(1);
    QTest::keyClick(grid_, Qt::Key_C);
    ASSERT_EQ(compare.size(), 1);
    EXPECT_EQ(compare[0], QVariantList({path("c.png"), path("a.png")}));
    grid_->selectAll();
    QTest::qWait(1);
    EXPECT_EQ(text("gallerySelection"), "3 pictures selected");
    QTest::keyClick(grid_, Qt::Key_E);
    EXPECT_EQ(exporting[0][0].toStringList().size(), 3);
}

TEST_F(GalleryTest, ControlsHaveNamesAndTooltips) {
    ExportDialog dialog({path("a.png")});
    CompareView compare;
    for (QWidget* window :
         {static_cast<QWidget*>(page_.get()), static_cast<QWidget*>(&dialog), static_cast<QWidget*>(&compare)})
        for (const QAbstractButton* button : window->findChildren<QAbstractButton*>()) {
            const bool isQts = button->objectName().isEmpty() || button->objectName().startsWith("qt_");
            EXPECT_TRUE(isQts || !button->text().isEmpty() || !button->accessibleName().isEmpty())
                << button->objectName().toStdString();
        }
    for (const char* name : {"gallerySearch", "galleryStarredOnly", "galleryMore", "galleryUseSettingsButton"})
        EXPECT_FALSE(page_->findChild<QWidget*>(name)->toolTip().isEmpty()) << name;
    EXPECT_TRUE(page_->findChild<QWidget*>("galleryUseSettingsButton")->toolTip().contains("(U)"));
}

TEST_F(GalleryTest, EmptyFolderSaysWhatToDo) {
    QTemporaryDir nothing;
    model_->setFolder(nothing.path());
    waitForScan(*model_);
    EXPECT_EQ(text("galleryEmptyTitle"), "No pictures yet");
    EXPECT_TRUE(text("galleryEmptyText").contains(nothing.path()));
}

TEST_F(GalleryTest, CompareDividesWhereTheSliderIs) {
    CompareView view;
    view.resize(800, 600);
    view.show();
    view.setPictures(path("a.png"), path("c.png"));
    auto* canvas = view.findChild<CompareCanvas*>();
    auto* slider = view.findChild<QSlider*>("compareDivider");
    const auto centre = [&] { return canvas->grab().toImage().pixelColor(canvas->rect().center() - QPoint(40, 60)); };
    slider->setValue(slider->maximum());
    ASSERT_TRUE(QTest::qWaitFor([&] { return centre() != canvas->grab().toImage().pixelColor(2, 2); }));
    QTest::qWait(300);
    const QColor left = centre();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    EXPECT_NE(centre(), left);  // all of the right one now
    QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() - 5, canvas->height() / 2));
    EXPECT_EQ(slider->value(), slider->maximum());
    EXPECT_EQ(centre(), left);
}

TEST(RecipeFacts, NamesWhatDiffers) {
    Recipe left = recipeOf("x", 1, "");
    Recipe right = left;
    EXPECT_TRUE(recipeDifferences(left, right).isEmpty());
    right.seed = 2;
    right.prompt = "y";
    right.variation = Variation{7, 0.25};
    right.compactText = true;
    const QList<RecipeDifference> differences = recipeDifferences(left, right);
    ASSERT_EQ(differences.size(), 3);
    EXPECT_EQ(differences[0].name, "Seed");
    EXPECT_EQ(differences[0].right, "2");
    EXPECT_EQ(differences[1].right, "25 % towards seed 7");
    EXPECT_EQ(differences[2].left, "padded");
    EXPECT_EQ(differences[2].right, "compact");
    for (const RecipeFact& fact : recipeFacts({})) EXPECT_EQ(fact.value, "–") << fact.name.toStdString();
}

}  // namespace
}  // namespace penjing::studio
