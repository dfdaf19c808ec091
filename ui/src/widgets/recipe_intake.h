#pragma once

#include <QString>
#include <optional>

#include "core/draw_settings.h"
#include "penjing/foreign_recipe.h"
#include "penjing/model.h"

namespace penjing::studio {

// What was taken over from a picture, and the sentences that say so.
struct TakenRecipe {
    DrawSettings settings;
    QString taken;
    QString notTaken;  // empty if everything was
};

// `current` fills what the picture does not say. Sizes that the model cannot draw are named as not taken.
TakenRecipe takeRecipe(const ForeignRecipe& found, const DrawSettings& current, const std::optional<ModelInfo>& model);

}  // namespace penjing::studio
