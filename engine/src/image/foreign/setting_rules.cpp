#include "image/foreign/setting_rules.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "image/foreign/foreign_json.h"

namespace penjing {
namespace {

using nlohmann::json;
using Use = SettingRule::Use;

std::string lowerCase(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string plainName(std::string_view key) {
    std::string name = lowerCase(key);
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::optional<double> number(std::string_view text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool isOff(const SettingRule& rule, std::string_view value) {
    if (rule.off.empty())
        return false;
    const auto off = number(rule.off);
    return off ? number(value) == off : lowerCase(value) == lowerCase(rule.off);
}

const SettingRule* ruleFor(std::span<const SettingRule> rules, std::string_view key) {
    for (const SettingRule& rule : rules) {
        const bool matches =
            rule.key.ends_with('*') ? key.starts_with(rule.key.substr(0, rule.key.size() - 1)) : key == rule.key;
        if (matches)
            return &rule;
    }
    return nullptr;
}

// "a, b" of a list of scalars; nothing if it holds something else.
std::optional<std::string> listText(const json& list) {
    std::string text;
    for (const json& item : list) {
        if (item.is_structured())
            return std::nullopt;
        text += (text.empty() ? "" : ", ") + scalarText(item);
    }
    return text;
}

}  // namespace

void applySetting(RecipeDraft& draft, std::span<const SettingRule> rules, std::string_view key,
                  std::string_view value) {
    const SettingRule* rule = ruleFor(rules, key);
    if (!rule)
        return draft.leaveOut(plainName(key), value);
    switch (rule->use) {
        case Use::Prompt:
            return draft.setPrompt(value);
        case Use::Seed:
            return draft.setSeed(value);
        case Use::Steps:
            return draft.setSteps(value);
        case Use::Guidance:
            return draft.setGuidance(value);
        case Use::Width:
            return draft.setWidth(value);
        case Use::Height:
            return draft.setHeight(value);
        case Use::Size:
            return draft.setSize(value);
        case Use::Model:
            return draft.setModel(value);
        case Use::LeaveOut:
            if (!isOff(*rule, value))
                draft.leaveOut(rule->name.empty() ? plainName(key) : std::string(rule->name), value);
            return;
        case Use::Ignore:
            return;
    }
}

void applyJsonSetting(RecipeDraft& draft, std::span<const SettingRule> rules, std::string_view key, const json& value) {
    if (!value.is_structured())
        return applySetting(draft, rules, key, scalarText(value));
    if (value.empty())
        return;
    const std::optional<std::string> list = value.is_array() ? listText(value) : std::nullopt;
    applySetting(draft, rules, key, list ? *list : "true");
}

void applySettings(RecipeDraft& draft, std::span<const SettingRule> rules, const json& object) {
    if (!object.is_object())
        return;
    for (const auto& [key, value] : object.items()) applyJsonSetting(draft, rules, key, value);
}

}  // namespace penjing
