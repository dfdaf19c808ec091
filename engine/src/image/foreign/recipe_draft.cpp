#include "image/foreign/recipe_draft.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "image/clean_text.h"
#include "image/foreign/prompt_tags.h"
#include "image/infotext_grammar.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

constexpr std::size_t kLongestValue = 40;  // characters
constexpr std::size_t kMostNames = 100;
constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53

std::string cleaned(std::string_view text) {
    std::string result = withInvalidUtf8Replaced(text);
    removeControls(result);
    return result;
}

std::string cleanedLine(std::string_view text) {
    std::string line = cleaned(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return std::string(trimmedText(line));
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

template <typename T>
std::optional<T> wholeNumber(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// Also "20.0", which programs write that keep every number as a float.
std::optional<std::uint64_t> unsignedInteger(std::string_view text) {
    if (const auto exact = wholeNumber<std::uint64_t>(text))
        return exact;
    const auto real = wholeNumber<double>(text);
    if (!real || !(*real >= 0.0 && *real <= kLargestExactInteger) || *real != std::floor(*real))
        return std::nullopt;
    return static_cast<std::uint64_t>(*real);
}

std::optional<int> integerWithin(std::string_view text, std::uint64_t least, std::uint64_t most) {
    const auto value = unsignedInteger(text);
    if (!value || *value < least || *value > most)
        return std::nullopt;
    return static_cast<int>(*value);
}

bool meansOff(std::string_view value) {
    return value.empty() || value == "None" || value == "none" || value == "null" || value == "false" ||
           value == "False";
}

}  // namespace

RecipeDraft::RecipeDraft(std::string_view program) {
    recipe_.program = program;
}

void RecipeDraft::setPrompt(std::string_view text) {
    if (!recipe_.prompt.empty() || text.empty())
        return;
    const PromptParts parts = splitPromptTags(cleaned(text));
    recipe_.prompt = parts.text;
    for (const PromptTag& tag : parts.tags) leaveOut(tag.kind, tag.name);
    if (parts.hasWeights)
        leaveOut("prompt weights");
}

void RecipeDraft::setSeed(std::string_view text) {
    text = trimmedText(text);
    if (recipe_.seed || text.empty())
        return;
    recipe_.seed = unsignedInteger(text);
    if (!recipe_.seed)
        leaveOut("seed", text == "-1" ? "random" : text);
}

void RecipeDraft::setSteps(std::string_view text) {
    text = trimmedText(text);
    if (recipe_.steps || text.empty())
        return;
    recipe_.steps = integerWithin(text, 1, 1000);
    if (!recipe_.steps)
        leaveOut("steps", text);
}

void RecipeDraft::setGuidance(std::string_view text) {
    text = trimmedText(text);
    if (recipe_.guidance || text.empty())
        return;
    const auto value = wholeNumber<double>(text);
    if (value && *value >= 0.0 && *value <= 100.0)
        recipe_.guidance = value;
    else
        leaveOut("guidance", text);
}

void RecipeDraft::setSide(std::optional<int>& side, std::string_view name, std::string_view text) {
    text = trimmedText(text);
    if (side || text.empty())
        return;
    side = integerWithin(text, 16, 16384);
    if (!side)
        leaveOut(name, text);
}

void RecipeDraft::setWidth(std::string_view text) {
    setSide(recipe_.width, "width", text);
}

void RecipeDraft::setHeight(std::string_view text) {
    setSide(recipe_.height, "height", text);
}

void RecipeDraft::setSize(std::string_view text) {
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos)
        return leaveOut("size", text);
    setWidth(text.substr(0, cross));
    setHeight(text.substr(cross + 1));
}

void RecipeDraft::setModel(std::string_view text) {
    if (recipe_.modelName.empty())
        recipe_.modelName = cleanedLine(text);
}

void RecipeDraft::leaveOut(std::string_view name) {
    addName(cleanedLine(name));
}

void RecipeDraft::leaveOut(std::string_view name, std::string_view value) {
    const std::string shown = cleanedLine(value);
    if (meansOff(shown))
        return;
    if (shown == "true" || shown == "True" || characters(shown) > kLongestValue)
        return leaveOut(name);
    addName(cleanedLine(name) + " (" + shown + ")");
}

void RecipeDraft::addName(std::string name) {
    auto& names = recipe_.notTaken;
    if (name.empty() || characters(name) > 2 * kLongestValue || names.size() > kMostNames ||
        std::find(names.begin(), names.end(), name) != names.end())
        return;
    names.push_back(names.size() == kMostNames ? "more settings" : std::move(name));
}

bool RecipeDraft::isUseful() const {
    return !recipe_.prompt.empty() || recipe_.seed || recipe_.steps || recipe_.guidance || recipe_.width ||
           recipe_.height;
}

}  // namespace penjing
