#include "widgets/draw_page.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/studio_controller.h"
#include "core/studio_settings.h"
#include "history/picture_loader.h"
#include "theme/icons.h"
#include "widgets/canvas.h"
#include "widgets/draw_flow.h"
#include "widgets/draw_form.h"
#include "widgets/picture_bar.h"
#include "widgets/prompt_bar.h"
#include "widgets/prompt_edit.h"
#include "widgets/queue_panel.h"
#include "widgets/session_model.h"
#include "widgets/session_strip.h"
#include "widgets/settings_panel.h"
#include "widgets/shortcut_sheet.h"
#include "widgets/studio_actions.h"
#include "widgets/text_format.h"
#include "widgets/toggle_switch.h"
#include "widgets/welcome_panel.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int sideWidth = 312;

}  // namespace

DrawPage::DrawPage(StudioController* controller, StudioSettings* settings, StudioActions* actions, QWidget* parent)
    : QWidget(parent),
      controller_(controller),
      settings_(settings),
      actions_(actions),
      form_(new DrawForm(this)),
      flow_(new DrawFlow(form_, controller, settings, this)),
      session_(new SessionModel(this)),
      loader_(new PictureLoader(this)) {
    setObjectName("drawPage");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(makeMain(), 1);
    layout->addWidget(makeSide());
    connectActions();
    connectController();
    connectForm();
    connectPictures();
    prompt_->edit()->setHistory(settings_->promptHistory());
    actions_->pause->setChecked(controller_->isPaused());
    updateActions();
}

ShortcutGroup DrawPage::queueShortcuts() const {
    return queue_->shortcutGroup();
}

QWidget* DrawPage::makeMain() {
    auto* main = new QWidget(this);
    stage_ = new QStackedWidget(main);
    welcome_ = new WelcomePanel(stage_);
    auto* welcomeScroll = new QScrollArea(stage_);
    welcomeScroll->setWidgetResizable(true);
    welcomeScroll->setFrameShape(QFrame::NoFrame);
    welcomeScroll->setFocusPolicy(Qt::NoFocus);  // what is in it takes the focus
    welcomeScroll->setWidget(welcome_);
    auto* canvasSide = new QWidget(stage_);
    canvas_ = new Canvas(canvasSide);
    pictureBar_ = new PictureBar(actions_, canvasSide);
    auto* canvasLayout = new QVBoxLayout(canvasSide);
    canvasLayout->setContentsMargins({});
    canvasLayout->setSpacing(6);
    canvasLayout->addWidget(canvas_, 1);
    canvasLayout->addWidget(pictureBar_);
    stage_->addWidget(welcomeScroll);
    stage_->addWidget(canvasSide);
    strip_ = new SessionStrip(main);
    strip_->setModel(session_);
    strip_->hide();
    prompt_ = new PromptBar(main);

    auto* layout = new QVBoxLayout(main);
    layout->setContentsMargins(16, 14, 16, 16);
    layout->setSpacing(10);
    layout->addWidget(stage_, 1);
    layout->addWidget(strip_);
    layout->addWidget(prompt_);
    return main;
}

QWidget* DrawPage::makeSide() {
    auto* side = new QWidget(this);
    side->setObjectName("sidePanel");
    side->setAttribute(Qt::WA_StyledBackground);
    side->setFixedWidth(sideWidth);
    panel_ = new SettingsPanel(form_, settings_);
    auto* scroll = new QScrollArea;
    scroll->setObjectName("settingsScroll");
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(panel_);
    queue_ = new QueuePanel(controller_);
    auto* splitter = new QSplitter(Qt::Vertical, side);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(scroll);
    splitter->addWidget(queue_);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({370, 300});
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->addWidget(splitter);
    return side;
}

void DrawPage::connectActions() {
    const auto draw = [this](bool next) {
        if (flow_->draw(next)) {
            prompt_->edit()->setHistory(settings_->promptHistory());
        } else {
            focusPrompt();
        }
    };
    connect(actions_->draw, &QAction::triggered, this, [draw] { draw(false); });
    connect(actions_->drawNext, &QAction::triggered, this, [draw] { draw(true); });
    connect(prompt_->edit(), &PromptEdit::submitted, actions_->draw, &QAction::trigger);
    connect(prompt_->drawButton(), &QPushButton::clicked, actions_->draw, &QAction::trigger);
    connect(prompt_->stopButton(), &QPushButton::clicked, actions_->stop, &QAction::trigger);
    connect(prompt_->keepButton(), &QPushButton::clicked, actions_->keep, &QAction::trigger);
    connect(actions_->stop, &QAction::triggered, controller_, &StudioController::stop);
    connect(actions_->keep, &QAction::triggered, controller_, &StudioController::keepEarly);
    connect(actions_->pause, &QAction::toggled, this, [this](bool paused) {
        controller_->setPaused(paused);
        updateActions();
    });
    queue_->pauseButton()->setDefaultAction(actions_->pause);
    queue_->pauseButton()->setToolButtonStyle(Qt::ToolButtonIconOnly);
    connect(actions_->newSeed, &QAction::triggered, form_, &DrawForm::newSeed);
    connect(actions_->sameSeed, &QAction::triggered, panel_->sameSeedButton(), &QToolButton::toggle);
    connect(actions_->live, &QAction::triggered, panel_->liveSwitch(), &ToggleSwitch::toggle);
    connect(actions_->focusPrompt, &QAction::triggered, this, &DrawPage::focusPrompt);
    connect(actions_->fit, &QAction::triggered, canvas_, &Canvas::zoomToFit);
    connect(actions_->actualSize, &QAction::triggered, canvas_, &Canvas::zoomToActualSize);
    connect(actions_->zoomIn, &QAction::triggered, canvas_, [this] { canvas_->zoomBy(1.25); });
    connect(actions_->zoomOut, &QAction::triggered, canvas_, [this] { canvas_->zoomBy(0.8); });
    connect(actions_->previous, &QAction::triggered, strip_, [this] { strip_->step(-1); });
    connect(actions_->next, &QAction::triggered, strip_, [this] { strip_->step(1); });
    describeByAction(prompt_->drawButton(), actions_->draw);
    describeByAction(prompt_->stopButton(), actions_->stop);
    describeByAction(prompt_->keepButton(), actions_->keep);
    describeByAction(panel_->diceButton(), actions_->newSeed);
    describeByAction(panel_->sameSeedButton(), actions_->sameSeed);
    panel_->liveSwitch()->setToolTip(panel_->liveSwitch()->toolTip() + " (" +
                                     actions_->live->shortcut().toString(QKeySequence::NativeText) + ')');
    for (QAction* action : {actions_->copy, actions_->exportPicture, actions_->useSettings, actions_->newSeedOfShown,
                            actions_->variations, actions_->verify, actions_->showInFolder}) {
        canvas_->addAction(action);
        strip_->addAction(action);
    }
}

void DrawPage::connectController() {
    connect(controller_, &StudioController::jobStarted, this,
            [this](const QString& id, const DrawSettings&, bool live) { jobStarted(id, live); });
    connect(controller_, &StudioController::progressed, this, &DrawPage::progressed);
    connect(controller_, &StudioController::pictureDrawn, this, &DrawPage::pictureDrawn);
    connect(controller_, &StudioController::pictureSaved, this, &DrawPage::pictureSaved);
    connect(controller_, &StudioController::jobStopped, this, &DrawPage::jobEnded);
    connect(controller_, &StudioController::jobFailed, this, [this](const QString& id, const UserProblem& what) {
        jobEnded(id);
        emit problem(what);
    });
    connect(controller_, &StudioController::modelLoaded, welcome_,
            [this](const ModelInfo& info) { welcome_->setModel(info); });
    connect(queue_, &QueuePanel::useSettingsWanted, form_, &DrawForm::apply);
}

void DrawPage::connectForm() {
    connect(prompt_->edit(), &PromptEdit::textChanged, this,
            [this] { form_->setPrompt(prompt_->edit()->toPlainText()); });
    connect(form_, &DrawForm::changed, this, [this] {
        prompt_->edit()->replaceText(form_->settings().prompt);
        prompt_->setCanDraw(form_->canDraw());
    });
    connect(flow_, &DrawFlow::estimated, prompt_, &PromptBar::setEstimate);
    connect(flow_, &DrawFlow::unknownWordsFound, this, [this](const QStringList& words) {
        prompt_->setUnknownWords(words, form_->model() ? QString::fromStdString(form_->model()->name) : QString());
    });
}

void DrawPage::connectPictures() {
    connect(canvas_, &Canvas::zoomChanged, pictureBar_, &PictureBar::setZoom);
    connect(strip_, &SessionStrip::chosen, this,
            [this](int row) { openPicture(session_->pathAt(row), session_->recipeAt(row)); });
    connect(loader_, &PictureLoader::loaded, this, [this](const QString& path, const QImage& image) {
        showPicture({image, path, loading_});
    });
    connect(welcome_, &WelcomePanel::promptChosen, this, [this](const QString& prompt) {
        form_->setPrompt(prompt);
        focusPrompt();
    });
    connect(welcome_, &WelcomePanel::sampleChosen, this, [this](const ShownPicture& sample) {
        form_->apply(fromRecipe(sample.recipe));
        showPicture(sample);
        focusPrompt();
    });
    connect(actions_->save, &QAction::triggered, this, [this] {
        if (!live_.image.isNull()) {
            unsaved_.insert(live_.jobId, live_.image);
            controller_->savePicture(live_);
        }
    });
}

const ShownPicture& DrawPage::shown() const {
    return canvas_->picture();
}

void DrawPage::showPicture(const ShownPicture& picture) {
    if (picture.isNull()) {
        return;
    }
    following_ = false;
    live_ = {};
    canvas_->showPicture(picture);
    canvas_->setNote({});
    pictureBar_->showPicture(picture, {});
    stage_->setCurrentIndex(1);
    updateActions();
}

void DrawPage::openPicture(const QString& path, const Recipe& recipe) {
    loading_ = recipe;
    loader_->load(path, {});
}

void DrawPage::forget(const QStringList& paths) {
    for (const QString& path : paths) {
        session_->remove(path);
        if (shown().path == path) {
            canvas_->showPicture({});
            pictureBar_->showPicture({}, {});
            stage_->setCurrentIndex(0);
        }
    }
    strip_->setVisible(session_->rowCount() > 0);
    updateActions();
}

void DrawPage::focusPrompt() {
    prompt_->edit()->setFocus(Qt::ShortcutFocusReason);
}

void DrawPage::jobStarted(const QString& id, bool live) {
    activeJob_ = id;
    drawingLive_ = live;
    following_ = true;
    loader_->cancel();
    prompt_->setDrawing(true, live);
    if (!live) {
        stage_->setCurrentIndex(1);
        canvas_->setNote(tr("Getting ready"));
    }
    updateActions();
}

void DrawPage::jobEnded(const QString& id) {
    if (id != activeJob_) {
        return;  // of one that failed while it waited, or was verified
    }
    activeJob_.clear();
    prompt_->setDrawing(false, false);
    canvas_->clearPreview();
    canvas_->setNote({});
    if (canvas_->picture().isNull()) {
        stage_->setCurrentIndex(0);
    }
    updateActions();
}

void DrawPage::progressed(const JobProgress& progress) {
    if (progress.jobId != activeJob_) {
        return;
    }
    queue_->setProgress(progress);
    prompt_->setProgress(progress);
    if (!following_ || drawingLive_) {
        return;  // a live picture stays until the next one is whole
    }
    if (!progress.preview.isNull()) {
        canvas_->showPreview(progress.preview);
    }
    canvas_->setNote(progress.phase == Phase::Denoise ? tr("Step %1 of %2").arg(progress.step).arg(progress.steps)
                                                      : progressText(progress));
}

void DrawPage::pictureDrawn(const FinishedPicture& picture) {
    const bool live = picture.path.isEmpty();
    jobEnded(picture.jobId);
    if (!live) {
        unsaved_.insert(picture.jobId, picture.image);
    }
    if (following_) {
        const ShownPicture shownNow{picture.image, picture.path, picture.recipe};
        canvas_->showPicture(shownNow);
        pictureBar_->showPicture(shownNow, secondsText(picture.seconds.total));
        live_ = live ? picture : FinishedPicture{};
        stage_->setCurrentIndex(1);
    }
    if (picture.promptTruncated) {
        emit info(tr("The prompt is longer than the model reads; its end was left out."));
    }
    updateActions();
    emit shownChanged();
}

void DrawPage::pictureSaved(const QString& jobId, const QString& path, const Recipe& recipe) {
    const QImage image = unsaved_.take(jobId);
    if (image.isNull()) {
        return;
    }
    session_->add(path, image, recipe);
    strip_->show();
    strip_->scrollToBottom();
    if (jobId == live_.jobId && !live_.image.isNull()) {
        live_ = {};
        canvas_->showPicture({image, path, recipe});
        emit info(tr("Saved as %1").arg(path));
    }
    if (shown().path == path) {
        const QSignalBlocker blocker(strip_);
        strip_->setCurrentIndex(session_->index(session_->rowOf(path)));
    }
    updateActions();
}

void DrawPage::updateActions() {
    const bool onDisk = !shown().path.isEmpty();
    const bool any = !shown().isNull();
    actions_->save->setVisible(!live_.image.isNull());
    actions_->copy->setEnabled(any);
    actions_->useSettings->setEnabled(any);
    actions_->newSeedOfShown->setEnabled(any);
    actions_->variations->setEnabled(any);
    for (QAction* action : {actions_->exportPicture, actions_->verify, actions_->showInFolder}) {
        action->setEnabled(onDisk);
    }
    actions_->stop->setEnabled(controller_->isDrawing());
    actions_->keep->setEnabled(!activeJob_.isEmpty() && !drawingLive_);
    actions_->pause->setIcon(themedIcon(controller_->isPaused() ? "resume" : "pause"));
    actions_->pause->setText(controller_->isPaused() ? tr("Resume the queue") : tr("Pause the queue"));
}

}  // namespace penjing::studio
