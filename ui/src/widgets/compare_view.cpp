#include "widgets/compare_view.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "history/picture_loader.h"
#include "history/picture_recipe.h"
#include "history/recipe_facts.h"
#include "theme/icons.h"
#include "widgets/compare_canvas.h"
#include "widgets/shortcut_sheet.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int kDividerSteps = 1000;
constexpr QSize kLargest(4096, 4096);

// Opaque to QLabel's guess at rich text: prompts come from anywhere.
QLabel* makeCell(const QString& text, bool isMuted) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("muted", isMuted);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    return label;
}

QString promptText(const Recipe& recipe, const QString& path) {
    return recipe.prompt.empty() ? QFileInfo(path).fileName() : QString::fromStdString(recipe.prompt);
}

}  // namespace

struct CompareView::Impl {
    CompareView& view;
    CompareCanvas* canvas = new CompareCanvas;
    QSlider* divider = new QSlider(Qt::Horizontal);
    QToolButton* sideBySide = nullptr;
    QToolButton* swap = nullptr;
    QWidget* facts = nullptr;
    QVBoxLayout* layout = nullptr;
    PictureLoader* loaders[2]{};
    QString paths[2]{};

    void build();
    QWidget* makeControls();
    void showFacts();
};

void CompareView::Impl::build() {
    layout = new QVBoxLayout(&view);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    canvas->setObjectName(QStringLiteral("compareCanvas"));
    layout->addWidget(canvas, 1);
    layout->addWidget(makeControls());
    for (const int side : {0, 1}) {
        loaders[side] = new PictureLoader(&view);
        connect(loaders[side], &PictureLoader::loaded, &view,
                [this, side](const QString&, const QImage& image) { canvas->setImage(side, image); });
    }
    connect(canvas, &CompareCanvas::dividerMoved, &view,
            [this](qreal share) { divider->setValue(qRound(share * kDividerSteps)); });
    connect(divider, &QSlider::valueChanged, &view,
            [this](int value) { canvas->setDivider(qreal(value) / kDividerSteps); });
    canvas->setFocusProxy(divider);
    view.setFocusProxy(divider);
    auto* close = new QShortcut(Qt::Key_Escape, &view);
    close->setContext(Qt::WidgetWithChildrenShortcut);
    connect(close, &QShortcut::activated, &view, &CompareView::closeWanted);
}

QWidget* CompareView::Impl::makeControls() {
    divider->setObjectName(QStringLiteral("compareDivider"));
    divider->setAccessibleName(tr("Divider between the pictures"));
    divider->setToolTip(tr("Moves the divider (arrow keys, Home, End)"));
    divider->setRange(0, kDividerSteps);
    divider->setSingleStep(kDividerSteps / 50);
    divider->setPageStep(kDividerSteps / 5);
    sideBySide = new QToolButton;
    sideBySide->setObjectName(QStringLiteral("compareSideBySide"));
    sideBySide->setText(tr("Side by side"));
    sideBySide->setToolTip(tr("Side by side (B)"));
    sideBySide->setCheckable(true);
    sideBySide->setShortcut(Qt::Key_B);
    sideBySide->setFocusPolicy(Qt::StrongFocus);
    connect(sideBySide, &QToolButton::toggled, &view, [this](bool on) {
        canvas->setSideBySide(on);
        divider->setEnabled(!on);
    });
    swap = new QToolButton;
    swap->setObjectName(QStringLiteral("compareSwap"));
    swap->setText(tr("Swap"));
    swap->setToolTip(tr("Swaps left and right (X)"));
    swap->setShortcut(Qt::Key_X);
    swap->setFocusPolicy(Qt::StrongFocus);
    connect(swap, &QToolButton::clicked, &view, [this] { view.setPictures(QString(paths[1]), QString(paths[0])); });
    auto* close = new QPushButton(tr("Close"));
    close->setObjectName(QStringLiteral("compareClose"));
    close->setToolTip(tr("Back to the gallery (Esc)"));
    connect(close, &QPushButton::clicked, &view, &CompareView::closeWanted);

    auto* row = new QWidget;
    auto* controls = new QHBoxLayout(row);
    controls->setContentsMargins(0, 0, 0, 0);
    controls->addWidget(divider, 1);
    for (QWidget* button :
         {static_cast<QWidget*>(sideBySide), static_cast<QWidget*>(swap), static_cast<QWidget*>(close)})
        controls->addWidget(button);
    return row;
}

// The prompts beside each other, and a line for each setting that is not the same.
void CompareView::Impl::showFacts() {
    const Recipe left = readPictureRecipe(paths[0]).value_or(Recipe{});
    const Recipe right = readPictureRecipe(paths[1]).value_or(Recipe{});
    delete facts;
    facts = new QWidget;
    facts->setObjectName(QStringLiteral("compareFacts"));
    auto* grid = new QGridLayout(facts);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(18);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    int row = 0;
    const auto add = [&](const QString& name, const QString& onLeft, const QString& onRight) {
        grid->addWidget(makeCell(name, true), row, 0);
        grid->addWidget(makeCell(onLeft, false), row, 1);
        grid->addWidget(makeCell(onRight, false), row++, 2);
    };
    add(tr("Prompt"), promptText(left, paths[0]), promptText(right, paths[1]));
    const QList<RecipeDifference> differences = recipeDifferences(left, right);
    for (const RecipeDifference& difference : differences) add(difference.name, difference.left, difference.right);
    if (differences.isEmpty())
        grid->addWidget(makeCell(tr("The other settings are the same."), true), row, 0, 1, 3);
    layout->addWidget(facts);
    canvas->setAccessibleName(tr("Two pictures"));
    canvas->setAccessibleDescription(
        tr("Left: %1. Right: %2.").arg(promptText(left, paths[0]), promptText(right, paths[1])));
}

CompareView::CompareView(QWidget* parent) : QWidget(parent), impl_(new Impl{*this}) {
    setObjectName(QStringLiteral("compareView"));
    impl_->build();
}

CompareView::~CompareView() = default;

ShortcutGroup CompareView::shortcutGroup() const {
    return {tr("Comparing"),
            {{impl_->sideBySide->shortcut(), impl_->sideBySide->text()},
             {impl_->swap->shortcut(), impl_->swap->text()},
             {Qt::Key_Escape, tr("Close")}}};
}

void CompareView::setPictures(const QString& left, const QString& right) {
    impl_->paths[0] = left;
    impl_->paths[1] = right;
    for (const int side : {0, 1}) {
        impl_->canvas->setImage(side, {});
        impl_->loaders[side]->load(impl_->paths[side], kLargest);
    }
    impl_->divider->setValue(kDividerSteps / 2);
    impl_->showFacts();
}

}  // namespace penjing::studio
