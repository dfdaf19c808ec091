// The `parameters` text; docs/formats/png.md. The keys of its last line are those of AUTOMATIC1111, its forks and the
// programs that imitate them.
#include <array>
#include <nlohmann/json.hpp>

#include "image/foreign/foreign_json.h"
#include "image/foreign/lora_names.h"
#include "image/foreign/readers.h"
#include "image/foreign/setting_rules.h"
#include "image/infotext_grammar.h"

namespace penjing {
namespace {

using Use = SettingRule::Use;

constexpr auto kRules = std::to_array<SettingRule>({
    {"Steps", Use::Steps},
    {"Seed", Use::Seed},
    {"CFG scale", Use::Guidance},
    {"Size", Use::Size},
    {"Model", Use::Model},
    {"Sampler", Use::LeaveOut, "sampler", "Euler"},
    {"Schedule type", Use::LeaveOut, "scheduler", "Automatic"},
    {"Guidance", Use::LeaveOut, "distilled guidance"},
    {"Distilled CFG Scale", Use::LeaveOut, "distilled guidance"},
    {"Denoising strength", Use::LeaveOut, "denoising strength", "1"},
    {"Clip skip", Use::LeaveOut, "clip skip", "1"},
    {"Eta", Use::LeaveOut, "eta", "0"},
    {"ENSD", Use::LeaveOut, "eta noise seed delta", "0"},
    {"RNG", Use::LeaveOut, "random number generator", "CPU"},
    {"VAE", Use::LeaveOut, "VAE", "Automatic"},
    {"Hires upscale", Use::LeaveOut, "hires fix"},
    {"ControlNet*", Use::LeaveOut, "ControlNet"},
    {"ADetailer*", Use::LeaveOut, "face detailer"},
    {"Styles", Use::LeaveOut, "styles", "[]"},
    {"Model hash", Use::Ignore},
    {"VAE hash", Use::Ignore},
    {"Refiner hash", Use::Ignore},
    {"TI hashes", Use::Ignore},
    {"Hashes", Use::Ignore},
    {"Version", Use::Ignore},
    {"App", Use::Ignore},
    {"User", Use::Ignore},
    {"Civitai*", Use::Ignore},
    {"Created Date", Use::Ignore},
});

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// AUTOMATIC1111 calls itself v1.10.1, Forge f2.0.1v1.10.1; before 1.3 there was no version, but a hash of the model in
// 8 or 10 hexadecimal digits.
bool isFromWebUi(const Infotext& parts) {
    const std::string_view version = settingValue(parts.settings, "Version");
    if (!version.empty())
        return (version.size() > 1 && (version[0] == 'v' || version[0] == 'f') && isDigit(version[1])) ||
               version == "neo" || settingValue(parts.settings, "App") == "SD.Next";
    const std::string_view hash = settingValue(parts.settings, "Model hash");
    return (hash.size() == 8 || hash.size() == 10) &&
           hash.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string_view programOf(const Infotext& parts) {
    const std::string_view version = settingValue(parts.settings, "Version");
    for (const std::string_view program : {"Penjing", "stable-diffusion.cpp", "Fooocus", "ComfyUI"})
        if (version.starts_with(program))
            return program;
    return isFromWebUi(parts) ? "AUTOMATIC1111" : "unknown";
}

// Fooocus keeps what its user typed in the settings, quoted, since the prompt lines hold it with its styles applied.
void applyPrompts(const Infotext& parts, RecipeDraft& draft) {
    draft.setPrompt(settingValue(parts.settings, "Raw prompt"));
    draft.setPrompt(parts.prompt);
    const std::string_view raw = settingValue(parts.settings, "Raw negative prompt");
    draft.leaveOut("negative prompt", raw.empty() ? std::string_view(parts.negativePrompt) : raw);
}

}  // namespace

bool hasSettings(std::string_view parameters) {
    return !splitInfotext(parameters).settings.empty();
}

ForeignRecipe readInfotext(std::string_view parameters) {
    const Infotext parts = splitInfotext(parameters);
    if (!parts.sdcppJson.empty())
        if (const auto document = parseForeignJson(parts.sdcppJson))
            if (auto recipe = readSdcpp(*document))
                return std::move(*recipe);

    RecipeDraft draft(programOf(parts));
    applyPrompts(parts, draft);
    for (const InfotextSetting& setting : parts.settings) {
        if (setting.key == "Lora hashes" || setting.key == "Lora weights")
            leaveOutLoras(draft, std::string_view(setting.value));
        else if (setting.key != "Raw prompt" && setting.key != "Raw negative prompt")
            applySetting(draft, kRules, setting.key, setting.value);
    }
    return draft.recipe();
}

}  // namespace penjing
