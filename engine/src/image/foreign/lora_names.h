#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "image/foreign/recipe_draft.h"

namespace penjing {

// Names the LoRAs of "name: weight, name: weight".
void leaveOutLoras(RecipeDraft& draft, std::string_view list);

// Names the LoRAs of a list in JSON: strings, [name, weight, …], or objects that keep the name in `model`, `lora`,
// `name` or `model_name`, themselves or one object deeper.
void leaveOutLoras(RecipeDraft& draft, const nlohmann::json& list);

}  // namespace penjing
