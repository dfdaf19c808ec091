#include "widgets/draw_form.h"

#include <QRandomGenerator>
#include <algorithm>

#include "widgets/size_presets.h"

namespace penjing::studio {

DrawForm::DrawForm(QObject* parent) : QObject(parent) {
    settings_.seed = randomSeed();
}

template <typename T>
void DrawForm::set(T& field, const T& value) {
    if (field == value) {
        return;
    }
    field = value;
    emit changed();
}

void DrawForm::setModel(const ModelInfo& model) {
    const bool wasDefaultSteps = !model_ || settings_.steps == model_->defaultSteps;
    const bool wasDefaultSize =
        !model_ || (settings_.width == model_->defaultWidth && settings_.height == model_->defaultHeight);
    model_ = model;
    if (wasDefaultSteps) {
        settings_.steps = 0;
    }
    if (wasDefaultSize) {
        settings_.width = settings_.height = 0;
    }
    settings_.guidance.reset();
    settings_.compactText = false;
    settings_.modelHash.clear();
    fitToModel(settings_);
    emit changed();
}

bool DrawForm::hasGuidance() const {
    return model_ && model_->defaultGuidance != 1.0;
}

void DrawForm::fitToModel(DrawSettings& settings) const {
    if (!model_) {
        return;
    }
    if (settings.steps <= 0) {
        settings.steps = model_->defaultSteps;
    }
    const bool hasSize = settings.width > 0 && settings.height > 0;
    const QSize wanted =
        hasSize ? QSize(settings.width, settings.height) : QSize(model_->defaultWidth, model_->defaultHeight);
    const QSize size = supportedSize(*model_, wanted);
    settings.width = size.width();
    settings.height = size.height();
    settings.compactText = settings.compactText && model_->compactText;
    if (!hasGuidance()) {
        settings.guidance.reset();
    } else if (!settings.guidance) {
        settings.guidance = model_->defaultGuidance;
    }
}

void DrawForm::setPrompt(const QString& prompt) {
    if (prompt != settings_.prompt) {
        settings_.compactText = false;
    }
    set(settings_.prompt, prompt);
}
void DrawForm::setSeed(quint64 seed) {
    if (seed != settings_.seed) {
        settings_.variation.reset();  // it was one of the picture with the old seed
    }
    set(settings_.seed, seed);
}
void DrawForm::setSteps(int steps) {
    set(settings_.steps, std::clamp(steps, 1, 1000));
}
void DrawForm::setGuidance(double guidance) {
    set(settings_.guidance, std::optional(guidance));
}
void DrawForm::setCount(int count) {
    set(count_, std::clamp(count, 1, maxCount));
}
void DrawForm::setSameSeed(bool same) {
    set(sameSeed_, same);
}
void DrawForm::newSeed() {
    setSeed(randomSeed());
}

void DrawForm::setSize(QSize size) {
    const QSize fitting = model_ ? supportedSize(*model_, size) : size;
    if (fitting != QSize(settings_.width, settings_.height)) {
        settings_.width = fitting.width();
        settings_.height = fitting.height();
        emit changed();
    }
}

void DrawForm::apply(const DrawSettings& settings) {
    settings_ = settings;
    settings_.modelHash.clear();
    fitToModel(settings_);
    emit changed();
}

DrawSettings DrawForm::adapted(DrawSettings settings) const {
    fitToModel(settings);
    settings.modelHash = model_ ? QString::fromStdString(model_->hash) : QString();
    return settings;
}

QList<DrawSettings> DrawForm::take() {
    if (!sameSeed_) {
        newSeed();
    }
    QList<DrawSettings> pictures;
    for (int i = 0; i < count_; ++i) {
        DrawSettings picture = adapted(settings_);
        picture.prompt = picture.prompt.trimmed();
        picture.seed += quint64(i);
        pictures.append(picture);
    }
    return pictures;
}

QList<DrawSettings> DrawForm::variationsOf(const DrawSettings& settings, double strength, int count) {
    QList<DrawSettings> pictures;
    for (int i = 0; i < count; ++i) {
        DrawSettings picture = settings;
        picture.variation = Variation{randomSeed(), std::clamp(strength, 0.0, 1.0)};
        pictures.append(picture);
    }
    return pictures;
}

quint64 DrawForm::randomSeed() {
    return QRandomGenerator::global()->generate();
}

}  // namespace penjing::studio
