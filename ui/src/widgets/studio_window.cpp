#include "widgets/studio_window.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMimeData>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "core/model_library.h"
#include "core/studio_controller.h"
#include "core/studio_settings.h"
#include "history/history_model.h"
#include "theme/theme.h"
#include "widgets/about_dialog.h"
#include "widgets/compare_view.h"
#include "widgets/draw_flow.h"
#include "widgets/draw_form.h"
#include "widgets/draw_page.h"
#include "widgets/export_dialog.h"
#include "widgets/file_intake.h"
#include "widgets/gallery_page.h"
#include "widgets/header_bar.h"
#include "widgets/message_bar.h"
#include "widgets/models_page.h"
#include "widgets/picture_drag.h"
#include "widgets/recipe_intake.h"
#include "widgets/settings_dialog.h"
#include "widgets/settings_panel.h"
#include "widgets/shortcut_sheet.h"
#include "widgets/studio_actions.h"
#include "widgets/variations_dialog.h"
#include "widgets/verify_dialog.h"

namespace penjing::studio {

StudioWindow::StudioWindow(StudioController* controller, HistoryModel* history, ModelLibrary* library,
                           StudioSettings* settings, QWidget* parent)
    : QMainWindow(parent), controller_(controller), history_(history), library_(library), settings_(settings) {
    setObjectName("studioWindow");
    setWindowTitle(tr("Penjing Studio"));
    new ThemeManager(settings_, this);
    build();
    connectPages();
    connectGallery();
    connectPictures();
    connectProgram();
    connectController();
    connectModels();
    setAcceptDrops(true);
    setMinimumSize(900, 600);
    resize(1280, 820);
    restoreGeometry(settings_->windowGeometry());
    picturesFolder_ = settings_->picturesFolder();
    actions_->pageDraw->trigger();
    draw_->focusPrompt();
    applySettings();
    library_->refresh();
}

StudioWindow::~StudioWindow() = default;

void StudioWindow::build() {
    actions_ = new StudioActions(this);
    intake_ = new FileIntake(this);
    auto* central = new QWidget(this);
    messages_ = new MessageBar(central);
    pages_ = new QStackedWidget(central);
    draw_ = new DrawPage(controller_, settings_, actions_);
    gallery_ = new GalleryPage(history_);
    compare_ = new CompareView;
    models_ = new ModelsPage(library_);
    gallery_->setObjectName("galleryPage");
    for (QWidget* page : {static_cast<QWidget*>(draw_), static_cast<QWidget*>(gallery_), static_cast<QWidget*>(models_),
                          static_cast<QWidget*>(compare_)}) {
        pages_->addWidget(page);
    }
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(new HeaderBar(actions_));
    layout->addWidget(messages_);
    layout->addWidget(pages_, 1);
    setCentralWidget(central);
}

void StudioWindow::connectPages() {
    connect(actions_->pageDraw, &QAction::triggered, this, [this] {
        showPage(draw_);
        draw_->focusPrompt();
    });
    connect(actions_->pageGallery, &QAction::triggered, this, [this] { showPage(gallery_); });
    connect(actions_->pageModels, &QAction::triggered, this, [this] { showPage(models_); });
    connect(actions_->search, &QAction::triggered, this, [this] {
        actions_->pageGallery->trigger();
        gallery_->focusSearch();
    });
    connect(compare_, &CompareView::closeWanted, actions_->pageGallery, &QAction::trigger);
}

void StudioWindow::showPage(QWidget* page) {
    pages_->setCurrentWidget(page);
    actions_->pageDraw->setChecked(page == draw_);
    actions_->pageGallery->setChecked(page == gallery_ || page == compare_);
    actions_->pageModels->setChecked(page == models_);
    actions_->stop->setShortcutContext(page == compare_ ? Qt::WidgetShortcut : Qt::WindowShortcut);  // Esc leaves it
    // What acts on the canvas's picture has no business on other pages; the gallery has its own.
    for (QAction* action : {actions_->copy, actions_->exportPicture, actions_->useSettings, actions_->newSeedOfShown,
                            actions_->variations, actions_->verify, actions_->showInFolder, actions_->fit,
                            actions_->actualSize, actions_->zoomIn, actions_->zoomOut}) {
        action->setShortcutContext(page == draw_ ? Qt::WindowShortcut : Qt::WidgetShortcut);
    }
}

void StudioWindow::connectGallery() {
    const auto recipeOf = [this](const QString& path) {
        const QModelIndex index = history_->index(history_->rowOf(path));
        return index.data(HistoryModel::EntryRole).value<HistoryEntry>().recipe;
    };
    connect(gallery_, &GalleryPage::useSettingsWanted, this, [this, recipeOf](const QString& path) {
        const Recipe recipe = recipeOf(path);
        useSettings(fromRecipe(recipe), QString::fromStdString(recipe.modelName));
    });
    connect(gallery_, &GalleryPage::sameButNewSeedWanted, this, [this, recipeOf](const QString& path) {
        actions_->pageDraw->trigger();
        draw_->flow()->drawWithNewSeed(fromRecipe(recipeOf(path)));
    });
    connect(gallery_, &GalleryPage::variationsWanted, this,
            [this, recipeOf](const QString& path) { askVariations(fromRecipe(recipeOf(path))); });
    connect(gallery_, &GalleryPage::openWanted, this, [this, recipeOf](const QString& path) {
        actions_->pageDraw->trigger();
        draw_->openPicture(path, recipeOf(path));
    });
    connect(gallery_, &GalleryPage::verifyWanted, this, &StudioWindow::verifyPicture);
    connect(gallery_, &GalleryPage::exportWanted, this, &StudioWindow::exportPictures);
    connect(gallery_, &GalleryPage::compareWanted, this, [this](const QString& left, const QString& right) {
        compare_->setPictures(left, right);
        showPage(compare_);
        compare_->setFocus();
    });
    connect(history_, &HistoryModel::problem, this, [this](const QString& sentence) {
        messages_->showProblem({sentence, {}, {}});
    });
}

void StudioWindow::connectPictures() {
    const auto shownSettings = [this] { return fromRecipe(draw_->shown().recipe); };
    connect(actions_->copy, &QAction::triggered, this, [this] {
        if (!draw_->shown().isNull()) {
            QGuiApplication::clipboard()->setMimeData(pictureMimeData(draw_->shown().image, draw_->shown().path));
            messages_->showInfo(tr("The picture is in the clipboard."));
        }
    });
    connect(actions_->exportPicture, &QAction::triggered, this, [this] { exportPictures({draw_->shown().path}); });
    connect(actions_->useSettings, &QAction::triggered, this, [this, shownSettings] {
        useSettings(shownSettings(), QString::fromStdString(draw_->shown().recipe.modelName));
    });
    connect(actions_->newSeedOfShown, &QAction::triggered, this,
            [this, shownSettings] { draw_->flow()->drawWithNewSeed(shownSettings()); });
    connect(actions_->variations, &QAction::triggered, this, [this, shownSettings] { askVariations(shownSettings()); });
    connect(actions_->verify, &QAction::triggered, this, [this] { verifyPicture(draw_->shown().path); });
    connect(actions_->showInFolder, &QAction::triggered, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(draw_->shown().path).absolutePath())); });
}

QList<ShortcutGroup> StudioWindow::shortcutGroups() const {
    QList<ShortcutGroup> groups;
    for (const StudioActions::Group& group : actions_->groups()) groups << shortcutGroup(group.title, group.actions);
    return groups << gallery_->shortcutGroup() << draw_->queueShortcuts() << compare_->shortcutGroup();
}

void StudioWindow::connectProgram() {
    connect(actions_->open, &QAction::triggered, this, &StudioWindow::askForFiles);
    connect(actions_->addModel, &QAction::triggered, this, &StudioWindow::askForModel);
    connect(actions_->settings, &QAction::triggered, this, [this] {
        const auto model = controller_->model();
        SettingsDialog(settings_, model ? QString::fromStdString(model->name) : QString(), this).exec();
    });
    connect(actions_->shortcuts, &QAction::triggered, this, [this] { ShortcutSheet(shortcutGroups(), this).exec(); });
    connect(actions_->about, &QAction::triggered, this, [this] { AboutDialog(*controller_, this).exec(); });
    connect(actions_->fullScreen, &QAction::triggered, this,
            [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    connect(actions_->quit, &QAction::triggered, this, &QWidget::close);
    connect(settings_, &StudioSettings::changed, this, &StudioWindow::applySettings);
    connect(intake_, &FileIntake::problem, messages_, &MessageBar::showProblem);
    connect(intake_, &FileIntake::modelOffered, this, [this](const QString& path) {
        actions_->pageModels->trigger();
        messages_->showInfo(tr("Adding %1…").arg(QFileInfo(path).fileName()));
        library_->add(path);
    });
    connect(intake_, &FileIntake::recipeRead, this, [this](const QString&, const ForeignRecipe& found) {
        const TakenRecipe taken = takeRecipe(found, draw_->form()->settings(), draw_->form()->model());
        actions_->pageDraw->trigger();
        draw_->form()->apply(taken.settings);
        messages_->showInfo(taken.taken, taken.notTaken);
    });
}

void StudioWindow::connectController() {
    connect(controller_, &StudioController::problem, messages_, &MessageBar::showProblem);
    connect(controller_, &StudioController::modelFailed, this, [this](const QString&, const UserProblem& what) {
        messages_->showProblem(what);
        draw_->settingsPanel()->setCurrentModel(settings_->currentModelPath());
    });
    connect(controller_, &StudioController::modelLoaded, this, [this](const ModelInfo&, const QString& path) {
        settings_->setCurrentModelPath(path);
        draw_->settingsPanel()->setCurrentModel(path);
        models_->setCurrentModel(path);
    });
    connect(controller_, &StudioController::pictureSaved, this,
            [this](const QString&, const QString& path, const Recipe& recipe) { history_->addPicture(path, recipe); });
    connect(controller_, &StudioController::engineStuck, this, [this] {
        messages_->showProblem({tr("The picture being drawn does not stop."),
                                tr("Everything else goes on; if it lasts, close the window and start again. The queue "
                                   "is kept."),
                                {}});
    });
    connect(actions_->draw, &QAction::triggered, messages_, &MessageBar::dismiss);  // what it said is dealt with
    connect(draw_, &DrawPage::problem, messages_, &MessageBar::showProblem);
    connect(draw_, &DrawPage::info, this, [this](const QString& sentence) { messages_->showInfo(sentence); });
}

void StudioWindow::connectModels() {
    draw_->settingsPanel()->setModels(library_);
    connect(library_, &ModelLibrary::refreshed, this, &StudioWindow::chooseFirstModel);
    connect(library_, &ModelLibrary::failed, this,
            [this](const QString&, const UserProblem& what) { messages_->showProblem(what); });
    connect(library_, &ModelLibrary::added, this,
            [this](const QString& path) { messages_->showInfo(tr("%1 was added.").arg(QFileInfo(path).fileName())); });
    connect(draw_->settingsPanel(), &SettingsPanel::modelChosen, this, &StudioWindow::useModel);
    connect(models_, &ModelsPage::useWanted, this, [this](const QString& path) {
        useModel(path);
        actions_->pageDraw->trigger();
    });
    connect(models_, &ModelsPage::addWanted, this, &StudioWindow::askForModel);
    connect(models_, &ModelsPage::problem, this, [this](const QString& sentence) {
        messages_->showProblem({sentence, {}, {}});
    });
    connect(models_, &ModelsPage::wordChosen, this, [this](const QString& word) {
        const QString prompt = draw_->form()->settings().prompt.trimmed();
        draw_->form()->setPrompt(prompt.isEmpty() ? word : prompt + ' ' + word);
        messages_->showInfo(tr("“%1” was added to the prompt.").arg(word));
    });
}

void StudioWindow::applySettings() {
    controller_->setEngineSettings(settings_->engine());
    controller_->setFileNamePattern(settings_->fileNamePattern());
    controller_->setWriteRecipes(settings_->writeRecipes());
    // Compared with the settings' last value and not with the controller's: a run may be given another folder.
    if (settings_->picturesFolder() != picturesFolder_) {
        picturesFolder_ = settings_->picturesFolder();
        controller_->setPicturesFolder(picturesFolder_);
        history_->setFolder(picturesFolder_);
    }
}

// The model of the last run where it is still there, else the first that can be opened.
void StudioWindow::chooseFirstModel() {
    if (!wantedModel_.isEmpty() || controller_->model()) {
        draw_->settingsPanel()->setCurrentModel(settings_->currentModelPath());
        return;
    }
    QString chosen;
    for (int row = 0; row < library_->rowCount(); ++row) {
        const auto model = library_->index(row).data(ModelLibrary::ModelRole).value<LibraryModel>();
        if (model.problem.isEmpty() && (chosen.isEmpty() || model.path == settings_->currentModelPath())) {
            chosen = model.path;
        }
    }
    if (!chosen.isEmpty()) {
        useModel(chosen);
    }
}

void StudioWindow::useModel(const QString& path) {
    wantedModel_ = path;
    controller_->loadModel(path);
}

void StudioWindow::useSettings(const DrawSettings& settings, const QString& modelName) {
    draw_->form()->apply(settings);
    actions_->pageDraw->trigger();
    const auto& model = draw_->form()->model();
    const bool other = model && !settings.modelHash.isEmpty() && settings.modelHash.toStdString() != model->hash;
    messages_->showInfo(
        tr("Prompt and settings are taken over."),
        other ? tr("The picture was drawn by “%1”; another model is in use.").arg(modelName) : QString());
}

void StudioWindow::askVariations(const DrawSettings& settings) {
    VariationsDialog dialog(settings.prompt, this);
    if (dialog.exec() == QDialog::Accepted) {
        actions_->pageDraw->trigger();
        draw_->flow()->drawVariations(settings, dialog.strength(), dialog.count());
    }
}

void StudioWindow::exportPictures(const QStringList& paths) {
    ExportDialog(paths, this).exec();
}

void StudioWindow::verifyPicture(const QString& path) {
    (new VerifyDialog(controller_, path, this))->open();
}

void StudioWindow::askForFiles() {
    openFiles(QFileDialog::getOpenFileNames(this, tr("Take settings from a picture"), settings_->picturesFolder(),
                                            tr("PNG pictures (*.png)")));
}

void StudioWindow::askForModel() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Add a model"), QString(),
                                                      tr("Models (*.penjing *.safetensors);;All files (*)"));
    if (!path.isEmpty()) {
        openFiles({path});
    }
}

void StudioWindow::openFiles(const QStringList& files) {
    intake_->take(files);
}

void StudioWindow::dragEnterEvent(QDragEnterEvent* event) {
    // Pictures carried out of this window are not for itself.
    if (!event->source() && !FileIntake::localFiles(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void StudioWindow::dropEvent(QDropEvent* event) {
    openFiles(FileIntake::localFiles(event->mimeData()));
    event->acceptProposedAction();
}

void StudioWindow::closeEvent(QCloseEvent* event) {
    settings_->setWindowGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

}  // namespace penjing::studio
