#include "widgets/draw_flow.h"

#include "core/studio_controller.h"
#include "core/studio_settings.h"
#include "widgets/draw_form.h"
#include "widgets/text_format.h"

namespace penjing::studio {
namespace {

constexpr int estimateDelay = 300;  // milliseconds without a change
constexpr int liveDelay = 250;

}  // namespace

DrawFlow::DrawFlow(DrawForm* form, StudioController* controller, StudioSettings* settings, QObject* parent)
    : QObject(parent), form_(form), controller_(controller), settings_(settings) {
    for (QTimer* timer : {&estimateLater_, &liveLater_}) {
        timer->setSingleShot(true);
    }
    estimateLater_.setInterval(estimateDelay);
    liveLater_.setInterval(liveDelay);
    connect(form_, &DrawForm::changed, this, &DrawFlow::formChanged);
    connect(&estimateLater_, &QTimer::timeout, this, [this] {
        if (!hasEstimate_) {
            emit estimated(tr("Measuring how fast this computer is…"), false);
        }
        controller_->requestEstimate(form_->adapted(form_->settings()));
    });
    connect(&liveLater_, &QTimer::timeout, this, &DrawFlow::drawLive);
    connect(controller_, &StudioController::estimateReady, this,
            [this](const DrawSettings&, const RunEstimate& estimate) { showEstimate(estimate); });
    connect(controller_, &StudioController::estimateFailed, this,
            [this](const DrawSettings&, const UserProblem& problem) { emit estimated(problem.sentence, true); });
    connect(controller_, &StudioController::modelLoaded, form_,
            [this](const ModelInfo& info) { form_->setModel(info); });
    connect(controller_, &StudioController::pictureDrawn, &estimateLater_, qOverload<>(&QTimer::start));
    connect(settings_, &StudioSettings::changed, this, [this] {
        if (!settings_->liveDrawing()) {
            liveLater_.stop();
            lastLive_ = {};
            controller_->cancelLive();
        } else if (lastLive_.prompt.isEmpty()) {
            liveLater_.start();
        }
    });
}

void DrawFlow::formChanged() {
    estimateLater_.start();
    if (settings_->liveDrawing()) {
        liveLater_.start();
    }
}

void DrawFlow::drawLive() {
    const DrawSettings wanted = form_->adapted(form_->settings());
    if (form_->canDraw() && wanted != lastLive_) {
        lastLive_ = wanted;
        controller_->drawLive(wanted);
    }
}

bool DrawFlow::draw(bool next) {
    if (!form_->canDraw()) {
        return false;
    }
    liveLater_.stop();
    const QList<DrawSettings> pictures = form_->take();
    settings_->addPrompt(pictures.first().prompt);
    controller_->enqueue(pictures, next);
    return true;
}

void DrawFlow::drawVariations(const DrawSettings& of, double strength, int count) {
    controller_->enqueue(DrawForm::variationsOf(form_->adapted(of), strength, count));
}

void DrawFlow::drawWithNewSeed(const DrawSettings& of) {
    DrawSettings picture = form_->adapted(of);
    picture.seed = DrawForm::randomSeed();
    picture.variation.reset();
    controller_->enqueue({picture});
}

void DrawFlow::showEstimate(const RunEstimate& estimate) {
    hasEstimate_ = true;
    emit estimated(estimateText(estimate, form_->count()), !estimate.fits);
    emit unknownWordsFound(estimate.unknownWords);
}

}  // namespace penjing::studio
