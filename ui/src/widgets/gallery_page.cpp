#include "widgets/gallery_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QUrl>

#include "history/history_model.h"
#include "history/picture_mime.h"
#include "theme/icons.h"
#include "widgets/gallery_actions.h"
#include "widgets/gallery_detail.h"
#include "widgets/gallery_grid.h"
#include "widgets/shortcut_sheet.h"
#include "widgets/undo_bar.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int kSearchDelayMilliseconds = 120;
constexpr int kTextWidth = 460;  // logical pixels

}  // namespace

struct GalleryPage::Impl {
    GalleryPage& page;
    HistoryModel* model;
    GalleryGrid* grid;
    GalleryActions* actions;
    GalleryDetail* detail;
    UndoBar* undoBar;
    QLineEdit* search = new QLineEdit;
    QToolButton* starredOnly = nullptr;
    QToolButton* more = nullptr;
    QPushButton* compare = nullptr;
    QLabel* count = new QLabel;
    QLabel* emptyTitle = new QLabel;
    QLabel* emptyText = new QLabel;
    QStackedWidget* body = new QStackedWidget;
    QTimer searchSoon{};
    bool selectionStale = false;

    void build();
    QWidget* makeTopRow();
    QWidget* makeEmptyState();
    QMenu* makeMoreMenu();
    void connectActions();
    void connectModel();

    QString onlyPath() const;
    void applySearch();
    void showCount();
    void showSelectionSoon();
    void showSelection();
    void toggleStars();
    void removeSelected();
    void undoRemove();
    void emptyBin();
};

void GalleryPage::Impl::build() {
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setObjectName(QStringLiteral("gallerySplitter"));
    body->addWidget(grid);
    body->addWidget(makeEmptyState());
    splitter->addWidget(body);
    splitter->addWidget(detail);
    splitter->setStretchFactor(0, 1);
    splitter->setCollapsible(0, false);
    splitter->setSizes({700, 320});

    auto* left = new QVBoxLayout(&page);
    left->setContentsMargins(0, 0, 0, 0);
    left->setSpacing(0);
    left->addWidget(makeTopRow());
    left->addWidget(splitter, 1);
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(12, 6, 12, 0);
    bottom->addWidget(undoBar);
    left->addLayout(bottom);
    left->addSpacing(6);
}

QWidget* GalleryPage::Impl::makeTopRow() {
    search->setObjectName(QStringLiteral("gallerySearch"));
    search->setPlaceholderText(tr("Search prompts, models and seeds"));
    search->setAccessibleName(tr("Search"));
    search->setToolTip(tr("Shows the pictures in whose prompt, model or seed all words occur (Ctrl+F)"));
    search->setClearButtonEnabled(true);
    search->addAction(themedIcon(QStringLiteral("search"), IconTint::Muted), QLineEdit::LeadingPosition);
    search->setMaximumWidth(420);
    starredOnly = makeIconButton(QStringLiteral("galleryStarredOnly"), QStringLiteral("star"), tr("Starred only"));
    starredOnly->setCheckable(true);
    count->setObjectName(QStringLiteral("galleryCount"));
    count->setProperty("muted", true);
    compare = new QPushButton(themedIcon(QStringLiteral("compare")), actions->compare->text());
    compare->setObjectName(QStringLiteral("galleryCompareButton"));
    describeByAction(compare, actions->compare);
    more = makeIconButton(QStringLiteral("galleryMore"), QStringLiteral("menu"), tr("More"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setMenu(makeMoreMenu());

    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 12, 12, 8);
    layout->setSpacing(8);
    layout->addWidget(search, 2);
    layout->addWidget(starredOnly);
    layout->addSpacing(6);
    layout->addWidget(count);
    layout->addStretch(1);
    layout->addWidget(compare);
    layout->addWidget(more);
    return row;
}

QMenu* GalleryPage::Impl::makeMoreMenu() {
    auto* menu = new QMenu(more);
    menu->addAction(actions->undo);
    auto* emptying = menu->addAction(themedIcon(QStringLiteral("trash")), tr("Empty the bin…"));
    emptying->setObjectName(QStringLiteral("galleryEmptyBin"));
    menu->addSeparator();
    auto* rescan = menu->addAction(themedIcon(QStringLiteral("retry")), tr("Look through the folder again"));
    rescan->setObjectName(QStringLiteral("galleryRescan"));
    connect(menu, &QMenu::aboutToShow, &page, [this, emptying] { emptying->setEnabled(model->canUndoRemove()); });
    connect(emptying, &QAction::triggered, &page, [this] { emptyBin(); });
    connect(rescan, &QAction::triggered, model, &HistoryModel::rescan);
    return menu;
}

QWidget* GalleryPage::Impl::makeEmptyState() {
    emptyTitle->setObjectName(QStringLiteral("galleryEmptyTitle"));
    emptyTitle->setProperty("title", true);
    emptyTitle->setAlignment(Qt::AlignCenter);
    emptyText->setObjectName(QStringLiteral("galleryEmptyText"));
    emptyText->setProperty("muted", true);
    emptyText->setAlignment(Qt::AlignCenter);
    emptyText->setWordWrap(true);
    auto* empty = new QWidget;
    auto* layout = new QVBoxLayout(empty);
    layout->setContentsMargins(48, 48, 48, 48);
    layout->addStretch(2);
    layout->addWidget(emptyTitle);
    emptyText->setMaximumWidth(kTextWidth);
    auto* middle = new QHBoxLayout;
    middle->addWidget(emptyText);
    layout->addLayout(middle);
    layout->addStretch(3);
    return empty;
}

void GalleryPage::Impl::connectActions() {
    const auto withOne = [this](QAction* action, void (GalleryPage::*wanted)(const QString&)) {
        connect(action, &QAction::triggered, &page, [this, wanted] {
            if (const QString path = onlyPath(); !path.isEmpty())
                Q_EMIT(page.*wanted)(path);
        });
    };
    withOne(actions->open, &GalleryPage::openWanted);
    withOne(actions->useSettings, &GalleryPage::useSettingsWanted);
    withOne(actions->newSeed, &GalleryPage::sameButNewSeedWanted);
    withOne(actions->variations, &GalleryPage::variationsWanted);
    withOne(actions->verify, &GalleryPage::verifyWanted);
    connect(grid, &QAbstractItemView::doubleClicked, actions->open, &QAction::trigger);
    connect(actions->star, &QAction::triggered, &page, [this] { toggleStars(); });
    connect(actions->compare, &QAction::triggered, &page, [this] {
        if (const QStringList paths = grid->selectedPaths(); paths.size() == 2)
            Q_EMIT page.compareWanted(paths[0], paths[1]);
    });
    connect(compare, &QPushButton::clicked, actions->compare, &QAction::trigger);
    connect(actions->openFolder, &QAction::triggered, &page,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(model->folder())); });
    connect(actions->copyPicture, &QAction::triggered, &page,
            [this] { QApplication::clipboard()->setMimeData(new PictureMime(grid->selectedPaths())); });
    connect(actions->copyPrompt, &QAction::triggered, &page, [this] {
        const QModelIndex index = model->index(model->rowOf(onlyPath()));
        QApplication::clipboard()->setText(index.data(Qt::DisplayRole).toString());
    });
    connect(actions->exportPictures, &QAction::triggered, &page,
            [this] { Q_EMIT page.exportWanted(grid->selectedPaths()); });
    connect(actions->remove, &QAction::triggered, &page, [this] { removeSelected(); });
    connect(actions->undo, &QAction::triggered, &page, [this] { undoRemove(); });
    connect(grid, &QWidget::customContextMenuRequested, &page, [this](const QPoint& at) {
        QMenu menu(grid);
        for (QAction* action : actions->contextMenu()) {
            if (action)
                menu.addAction(action);
            else
                menu.addSeparator();
        }
        menu.exec(grid->viewport()->mapToGlobal(at));
    });
}

void GalleryPage::Impl::connectModel() {
    for (const auto& changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model, changed, &page, [this] { showCount(); });
    connect(model, &QAbstractItemModel::modelReset, &page, [this] { showCount(); });
    connect(model, &HistoryModel::scanFinished, &page, [this] { showCount(); });
    connect(model, &QAbstractItemModel::dataChanged, &page,
            [this](const QModelIndex&, const QModelIndex&, const QList<int>& roles) {
                if (!roles.contains(HistoryModel::ThumbnailRole))
                    showSelectionSoon();
            });
    connect(model, &HistoryModel::undoChanged, actions, &GalleryActions::setCanUndo);
    connect(grid, &GalleryGrid::selectionMoved, &page, [this] { showSelectionSoon(); });
    connect(search, &QLineEdit::textChanged, &searchSoon, qOverload<>(&QTimer::start));
    connect(search, &QLineEdit::returnPressed, &page, [this] {
        applySearch();
        grid->setFocus();
    });
    connect(starredOnly, &QToolButton::toggled, &page, [this] { applySearch(); });
    searchSoon.setSingleShot(true);
    searchSoon.setInterval(kSearchDelayMilliseconds);
    connect(&searchSoon, &QTimer::timeout, &page, [this] { applySearch(); });
}

// The selected picture if it is the only one, else nothing.
QString GalleryPage::Impl::onlyPath() const {
    const QStringList paths = grid->selectedPaths();
    return paths.size() == 1 ? paths.first() : QString();
}

void GalleryPage::Impl::applySearch() {
    searchSoon.stop();
    model->setSearch(search->text(), starredOnly->isChecked());
}

void GalleryPage::Impl::showCount() {
    const int shown = model->rowCount();
    const int total = model->totalCount();
    count->setText(shown == total ? tr("%n pictures", nullptr, total)
                                  : tr("%1 of %n pictures", nullptr, total).arg(shown));
    const bool isLooking = total == 0 && model->isScanning();
    count->setVisible(total > 0);
    if (total > 0) {
        emptyTitle->setText(tr("Nothing found"));
        emptyText->setText(starredOnly->isChecked()
                               ? tr("No starred picture matches. S stars the selected picture.")
                               : tr("No picture has all these words in its prompt, model or seed."));
    } else {
        emptyTitle->setText(isLooking ? tr("Looking for pictures…") : tr("No pictures yet"));
        emptyText->setText(isLooking ? QString()
                                     : tr("Describe something and draw it: every picture is kept here with its prompt "
                                          "and settings. Pictures that you copy into %1 appear, too.")
                                           .arg(model->folder()));
    }
    body->setCurrentIndex(shown > 0 ? 0 : 1);
    showSelectionSoon();
}

// Many changes at once are shown once.
void GalleryPage::Impl::showSelectionSoon() {
    if (std::exchange(selectionStale, true))
        return;
    QMetaObject::invokeMethod(
        &page, [this] { showSelection(); }, Qt::QueuedConnection);
}

void GalleryPage::Impl::showSelection() {
    selectionStale = false;
    const QModelIndexList selected = grid->selectionModel()->selectedIndexes();
    bool allStarred = !selected.isEmpty();
    for (const QModelIndex& index : selected) allStarred = allStarred && index.data(HistoryModel::StarredRole).toBool();
    actions->setSelection(selected.size(), allStarred);
    compare->setEnabled(selected.size() == 2);
    if (selected.size() == 1)
        detail->showPicture(selected.first().data(HistoryModel::EntryRole).value<HistoryEntry>(),
                            selected.first().data(HistoryModel::ThumbnailRole).value<QImage>());
    else
        detail->showSelection(selected.size());
}

void GalleryPage::Impl::toggleStars() {
    bool allStarred = true;
    const QStringList paths = grid->selectedPaths();
    for (const QModelIndex& index : grid->selectionModel()->selectedIndexes())
        allStarred = allStarred && index.data(HistoryModel::StarredRole).toBool();
    for (const QString& path : paths) model->setStarred(path, !allStarred);
    showSelectionSoon();
}

void GalleryPage::Impl::removeSelected() {
    const QStringList paths = grid->selectedPaths();
    if (paths.isEmpty())
        return;
    const int firstRow = model->rowOf(paths.first());
    const int before = model->totalCount();
    if (!model->removePictures(paths))
        return;
    undoBar->showDeleted(before - model->totalCount());
    // Del, Del, Del goes on through the rows.
    const int next = std::min(firstRow, model->rowCount() - 1);
    if (next >= 0)
        grid->selectPath(model->index(next).data(HistoryModel::PathRole).toString());
}

void GalleryPage::Impl::undoRemove() {
    const QStringList paths = model->undoRemove();
    undoBar->hide();
    if (!paths.isEmpty())
        grid->selectPath(paths.first());
}

void GalleryPage::Impl::emptyBin() {
    const int pictures = model->binCount();
    QMessageBox question(QMessageBox::Question, tr("Empty the bin"),
                         tr("Delete %n pictures in the bin for good?", nullptr, pictures), QMessageBox::Cancel, &page);
    question.setInformativeText(tr("They cannot be brought back afterwards."));
    QPushButton* yes = question.addButton(tr("Delete for good"), QMessageBox::AcceptRole);
    question.setDefaultButton(QMessageBox::Cancel);
    question.exec();
    if (question.clickedButton() == yes) {
        model->emptyBin();
        undoBar->hide();
    }
}

GalleryPage::GalleryPage(HistoryModel* model, QWidget* parent) : QWidget(parent) {
    auto* grid = new GalleryGrid(model);
    auto* actions = new GalleryActions(grid, this);
    impl_.reset(new Impl{*this, model, grid, actions, new GalleryDetail(actions), new UndoBar(actions->undo)});
    setObjectName(QStringLiteral("galleryPage"));
    impl_->build();
    impl_->connectActions();
    impl_->connectModel();
    actions->setCanUndo(model->canUndoRemove());
    impl_->showCount();
    setFocusProxy(grid);
}

GalleryPage::~GalleryPage() = default;

ShortcutGroup GalleryPage::shortcutGroup() const {
    return studio::shortcutGroup(tr("Pictures chosen in the gallery"), impl_->actions->contextMenu());
}

void GalleryPage::focusSearch() {
    impl_->search->setFocus(Qt::ShortcutFocusReason);
    impl_->search->selectAll();
}

void GalleryPage::select(const QString& path) {
    impl_->grid->selectPath(path);
}

}  // namespace penjing::studio
