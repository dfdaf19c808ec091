#include "import/pack_texts.h"

#include <algorithm>

#include "image/clean_text.h"
#include "io/read_file.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

// Bytes that a pack may hold (pack_metadata.cpp has the limits).
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestAttribution = 64u << 10;

// Cut before a byte that begins a character.
void cut(std::string& text, std::size_t most) {
    if (text.size() <= most)
        return;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    text.resize(most);
}

std::string cleaned(std::string_view text) {
    std::string clean = withInvalidUtf8Replaced(text);
    std::erase(clean, '\r');
    removeControls(clean);
    return clean;
}

std::string textOf(const fs::path& path) {
    const auto bytes = readWholeFile(path, 1u << 20);
    if (!bytes)
        return {};
    return cleaned({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

}  // namespace

std::string packName(const std::string& name) {
    std::string clean = cleaned(name);
    std::replace(clean.begin(), clean.end(), '\n', ' ');
    cut(clean, kLongestName);
    return clean.empty() ? "imported model" : clean;
}

std::string nameOfSource(const fs::path& source) {
    std::error_code error;
    fs::path path = fs::canonical(source, error);
    if (error)
        path = source;
    const bool file = path.extension() == ".gguf" || path.extension() == ".safetensors";
    return file ? path.stem().string() : path.filename().string();
}

std::string licenseOf(const ModelParts& parts) {
    if (parts.license.empty())
        return "unknown (see where the weights come from)";
    const std::string text = textOf(parts.license);
    const bool apache =
        text.find("Apache License") != std::string::npos && text.find("Version 2.0") != std::string::npos;
    return apache ? "Apache-2.0" : "see LICENSE where the weights come from";
}

std::string attributionOf(const ModelParts& parts, const std::string& first) {
    std::string text = first;
    if (!parts.notice.empty())
        text += (text.empty() ? "" : "\n") + textOf(parts.notice);
    cut(text, kLongestAttribution);
    return text;
}

}  // namespace penjing
