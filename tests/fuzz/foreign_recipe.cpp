// What other programs write into pictures. The input is a PNG, or its texts without the chunks around them, whose
// checksums no mutation would get right: "keyword\0text\0keyword\0text".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "image/foreign/readers.h"
#include "tokenizer/utf8.h"

namespace {

bool hasControls(const std::string& text) {
    for (const char c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f)
            return true;
    return false;
}

void require(bool holds) {
    if (!holds)
        std::abort();
}

void checkRecipe(const penjing::ForeignRecipe& recipe) {
    require(!recipe.program.empty());
    require(!recipe.steps || (*recipe.steps >= 1 && *recipe.steps <= 1000));
    require(!recipe.guidance || (*recipe.guidance >= 0.0 && *recipe.guidance <= 100.0));
    for (const auto& side : {recipe.width, recipe.height}) require(!side || (*side >= 16 && *side <= 16384));
    for (const std::string* text : {&recipe.prompt, &recipe.modelName})
        require(penjing::isUtf8(*text) && !hasControls(*text));
    require(recipe.notTaken.size() <= 101);
    for (const std::string& name : recipe.notTaken) {
        require(!name.empty() && name.size() <= 600 && penjing::isUtf8(name) && !hasControls(name));
        require(name.find('\n') == std::string::npos);
    }
    require(std::set(recipe.notTaken.begin(), recipe.notTaken.end()).size() == recipe.notTaken.size());
}

// As the reader of chunks hands them on: always UTF-8.
penjing::PngTexts textsOf(std::string_view input) {
    penjing::PngTexts texts;
    const auto take = [&input] {
        const std::string_view part = input.substr(0, input.find('\0'));
        input.remove_prefix(std::min(part.size() + 1, input.size()));
        return penjing::withInvalidUtf8Replaced(part);
    };
    while (!input.empty() && texts.size() < 8) {
        std::string keyword = take();
        texts.push_back({std::move(keyword), take()});
    }
    return texts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto fromPng = penjing::readForeignRecipe(data, size);
    if (fromPng && *fromPng)
        checkRecipe(**fromPng);
    const auto fromTexts =
        penjing::foreignRecipeOf(textsOf(std::string_view(reinterpret_cast<const char*>(data), size)));
    if (fromTexts)
        checkRecipe(*fromTexts);
    return 0;
}
