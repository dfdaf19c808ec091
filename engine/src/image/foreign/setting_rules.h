#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "image/foreign/recipe_draft.h"

namespace penjing {

// What becomes of one setting of another program.
struct SettingRule {
    enum class Use { Prompt, Seed, Steps, Guidance, Width, Height, Size, Model, LeaveOut, Ignore };

    std::string_view key;     // a '*' at the end stands for anything
    Use use = Use::LeaveOut;  // Ignore: says nothing about how the picture was drawn
    std::string_view name{};  // LeaveOut: the setting in plain English; empty: its key with spaces, in lower case
    std::string_view off{};   // LeaveOut: a value (any case, "1" is also "1.0") that is what happens here anyway
};

// A key without a rule is named as it is.
void applySetting(RecipeDraft& draft, std::span<const SettingRule> rules, std::string_view key, std::string_view value);

// A value in JSON. Lists of scalars become "a, b"; of other structures only the name is kept.
void applyJsonSetting(RecipeDraft& draft, std::span<const SettingRule> rules, std::string_view key,
                      const nlohmann::json& value);

// Every member of `object`, in the order of their names.
void applySettings(RecipeDraft& draft, std::span<const SettingRule> rules, const nlohmann::json& object);

}  // namespace penjing
