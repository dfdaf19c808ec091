#pragma once

#include <QObject>
#include <QSize>
#include <optional>

#include "core/draw_settings.h"
#include "penjing/model.h"

namespace penjing::studio {

// What is set up for the next picture: a value with rules, shared by the widgets that edit it. No widget in here.
class DrawForm : public QObject {
    Q_OBJECT
public:
    explicit DrawForm(QObject* parent = nullptr);

    static constexpr int maxCount = 100;

    // Sizes and steps that the model cannot draw move to the nearest it can; untouched ones follow its defaults.
    void setModel(const ModelInfo& model);
    const std::optional<ModelInfo>& model() const { return model_; }
    bool hasGuidance() const;  // the model listens to it

    const DrawSettings& settings() const { return settings_; }
    int count() const { return count_; }
    bool sameSeed() const { return sameSeed_; }
    bool canDraw() const { return model_ && !settings_.prompt.trimmed().isEmpty(); }

    void setPrompt(const QString& prompt);
    void setSeed(quint64 seed);
    void setSize(QSize size);
    void setSteps(int steps);
    void setGuidance(double guidance);
    void setCount(int count);
    void setSameSeed(bool same);
    void newSeed();
    // Takes over everything but the model; 0 and none mean the model's defaults. Compact text, which no widget shows,
    // is for drawing this picture again: it goes when the prompt is changed or the model, or if the model has none.
    void apply(const DrawSettings& settings);

    // The same picture as the model in force would draw it: its hash, sizes and steps that it can.
    DrawSettings adapted(DrawSettings settings) const;

    // The pictures of one press of Draw: seeds count up from the form's, which is renewed first unless it is to stay.
    QList<DrawSettings> take();
    // `count` neighbours of a picture, `strength` 0..1 away from it, each in a direction of its own.
    static QList<DrawSettings> variationsOf(const DrawSettings& settings, double strength, int count);

    static quint64 randomSeed();  // below 2^32: short enough to be read out, and the range other programs have

signals:
    void changed();

private:
    template <typename T>
    void set(T& field, const T& value);
    void fitToModel(DrawSettings& settings) const;

    std::optional<ModelInfo> model_;
    DrawSettings settings_;
    int count_ = 1;
    bool sameSeed_ = true;
};

}  // namespace penjing::studio
