#include "image/infotext.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr std::string_view kNegative = "Negative prompt:";
constexpr std::size_t kLongestSettings = 16u << 10;

struct Setting {
    std::string_view key;
    std::string_view value;  // as written, quotes included
};

bool isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isWord(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isKeyChar(char c) {
    return isWord(c) || c == ' ' || c == '-' || c == '/';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

// End of the JSON string that starts at `begin` if a comma or the end of the line follows it, else npos.
std::size_t quotedEnd(std::string_view line, std::size_t begin) {
    for (std::size_t i = begin + 1; i < line.size(); ++i) {
        if (line[i] == '\\') {
            ++i;
        } else if (line[i] == '"') {
            const bool closes = i > begin + 1 && (i + 1 == line.size() || line[i + 1] == ',');
            return closes ? i + 1 : std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

// The "Key: value" pairs of a settings line: a key is a word character and at least one of [word, space, -, /]; a value
// is a JSON string or everything up to the next comma.
std::vector<Setting> splitSettings(std::string_view line) {
    std::vector<Setting> settings;
    std::size_t at = 0;
    while (at < line.size()) {
        if (!isWord(line[at])) {
            ++at;
            continue;
        }
        std::size_t keyEnd = at + 1;
        while (keyEnd < line.size() && isKeyChar(line[keyEnd])) ++keyEnd;
        // Where no colon ends this run of key characters, none ends a later start within it either.
        if (keyEnd == line.size() || line[keyEnd] != ':' || keyEnd < at + 2) {
            at = keyEnd;
            continue;
        }
        std::size_t valueBegin = keyEnd + 1;
        while (valueBegin < line.size() && isSpace(line[valueBegin])) ++valueBegin;
        std::size_t valueEnd = std::string_view::npos;
        if (valueBegin < line.size() && line[valueBegin] == '"')
            valueEnd = quotedEnd(line, valueBegin);
        if (valueEnd == std::string_view::npos)
            valueEnd = std::min(line.find(',', valueBegin), line.size());
        settings.push_back({line.substr(at, keyEnd - at), line.substr(valueBegin, valueEnd - valueBegin)});
        at = valueEnd + 1;
    }
    return settings;
}

std::string unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        json text;
        if (parseStrictJson(value, {}, text) && text.is_string())
            return text.get<std::string>();
    }
    return std::string(trimmed(value));
}

template <typename T>
bool parseNumber(std::string_view text, T& out) {
    text = trimmed(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

void readSize(std::string_view text, Recipe& recipe) {
    int width = 0, height = 0;
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos || !parseNumber(text.substr(0, cross), width) ||
        !parseNumber(text.substr(cross + 1), height))
        return;
    if (width < 1 || height < 1 || width > 65535 || height > 65535)
        return;
    recipe.width = width;
    recipe.height = height;
}

void applySetting(const Setting& setting, Recipe& recipe) {
    if (setting.key == "Steps") {
        int steps = 0;
        if (parseNumber(setting.value, steps) && steps >= 1 && steps <= 10000)
            recipe.steps = steps;
    } else if (setting.key == "Seed") {
        std::uint64_t seed = 0;
        if (parseNumber(setting.value, seed))
            recipe.seed = seed;
    } else if (setting.key == "CFG scale") {
        double guidance = 0.0;
        if (parseNumber(setting.value, guidance) && std::isfinite(guidance) && guidance >= 0.0)
            recipe.guidance = guidance;
    } else if (setting.key == "Size") {
        readSize(setting.value, recipe);
    } else if (setting.key == "Model") {
        recipe.modelName = unquoted(setting.value);
    } else if (setting.key == "Model hash") {
        recipe.modelHash = unquoted(setting.value);
    }
}

// The first of equal keys counts: whatever a prompt smuggles into the line comes after the true values.
void applySettings(const std::vector<Setting>& settings, Recipe& recipe) {
    std::vector<std::string_view> seen;
    for (const Setting& setting : settings) {
        if (std::find(seen.begin(), seen.end(), setting.key) != seen.end())
            continue;
        seen.push_back(setting.key);
        applySetting(setting, recipe);
    }
}

// The lines before the settings, without the negative prompt, which no model here knows.
std::string positivePrompt(std::string_view text) {
    std::string prompt;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with(kNegative))
            break;
        if (!first)
            prompt += '\n';
        prompt += line;
        first = false;
    }
    return prompt;
}

std::string numberText(double value) {
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    return std::string(text, result.ptr);
}

std::string quotedIfNeeded(const std::string& value) {
    if (value.find_first_of(",:\n\"") == std::string::npos)
        return value;
    return json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

// The prompt as readers of this grammar can take it: a line that they would read as a negative prompt gets a space
// before its colon, control characters become spaces.
std::string promptLines(const std::string& prompt) {
    std::string lines;
    std::size_t begin = 0;
    while (begin <= prompt.size()) {
        const std::size_t end = std::min(prompt.find('\n', begin), prompt.size());
        std::string line(trimmed(std::string_view(prompt).substr(begin, end - begin)));
        if (line.starts_with(kNegative))
            line.insert(kNegative.size() - 1, 1, ' ');
        for (char& c : line)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                c = ' ';
        lines += line + "\n";
        begin = end + 1;
    }
    return lines;
}

}  // namespace

std::string writeInfotext(const Recipe& recipe) {
    std::string text = promptLines(recipe.prompt);
    text += "Steps: " + std::to_string(recipe.steps);
    text += ", Sampler: Euler, CFG scale: " + numberText(recipe.guidance);
    text += ", Seed: " + std::to_string(recipe.seed);
    text += ", Size: " + std::to_string(recipe.width) + "x" + std::to_string(recipe.height);
    if (!recipe.modelHash.empty())
        text += ", Model hash: " + quotedIfNeeded(recipe.modelHash.substr(0, 10));
    if (!recipe.modelName.empty())
        text += ", Model: " + quotedIfNeeded(recipe.modelName);
    text += ", RNG: CPU, Version: " + quotedIfNeeded("Penjing " + recipe.engineVersion);
    return text;
}

Recipe parseInfotext(std::string_view text) {
    text = trimmed(text);
    const std::size_t lastBreak = text.rfind('\n');
    std::string_view last = lastBreak == std::string_view::npos ? text : text.substr(lastBreak + 1);
    // stable-diffusion.cpp ends the line with a JSON document that holds the prompt again.
    last = last.substr(0, last.find(", SDCPP: {"));
    const std::vector<Setting> settings = splitSettings(last.substr(0, kLongestSettings));

    Recipe recipe;
    if (settings.size() < 3) {
        recipe.prompt = positivePrompt(text);
        return recipe;
    }
    applySettings(settings, recipe);
    if (lastBreak != std::string_view::npos)
        recipe.prompt = positivePrompt(text.substr(0, lastBreak));
    return recipe;
}

}  // namespace penjing
