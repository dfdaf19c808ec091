#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penjing {

inline constexpr std::string_view kNegativePrompt = "Negative prompt:";

struct InfotextSetting {
    std::string_view key;  // of the text that was split
    std::string value;     // without quotes
};

// A `parameters` text taken apart: prompt lines, lines from "Negative prompt:" on, and one line of settings.
struct Infotext {
    std::string prompt;
    std::string negativePrompt;
    std::vector<InfotextSetting> settings;  // of equal keys the first, whatever a prompt smuggled in behind it
    std::string_view sdcppJson;             // document at the end of the line that stable-diffusion.cpp writes
};

// `text` must outlive the result. The last line counts as settings if it has at least three, else it belongs to the
// prompt. Lines are trimmed. Takes linear time.
Infotext splitInfotext(std::string_view text);

// The value of a key; empty if it does not occur.
std::string_view settingValue(const std::vector<InfotextSetting>& settings, std::string_view key);

std::string_view trimmedText(std::string_view text);

}  // namespace penjing
