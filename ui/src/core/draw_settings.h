#pragma once

#include <QMetaType>
#include <QString>
#include <optional>

#include "penjing/pipeline.h"

class QJsonObject;

namespace penjing::studio {

// What a person chose for one picture. A value: compared, stored in the queue and filled from recipes.
struct DrawSettings {
    QString prompt;
    quint64 seed = 0;
    int width = 0;  // pixels; 0: the model's default
    int height = 0;
    int steps = 0;                   // 0: the model's default
    std::optional<double> guidance;  // none: the model's default
    std::optional<Variation> variation;
    bool compactText = false;  // from recipes only: see DrawForm
    QString modelHash;         // which model; empty: the current one when drawing starts

    bool operator==(const DrawSettings&) const = default;
};

// previewEvery is 1; the rest of the request is left at its defaults.
GenerateRequest toRequest(const DrawSettings& settings);
DrawSettings fromRecipe(const Recipe& recipe);

// The form they have in the queue file. fromJson: none if a field is missing or out of range (the file is not trusted).
QJsonObject toJson(const DrawSettings& settings);
std::optional<DrawSettings> drawSettingsFromJson(const QJsonObject& json);

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::DrawSettings)
