#include "image/clean_text.h"

#include <cstddef>

namespace penjing {
namespace {

// U+0080…9F are the two bytes C2 80…9F.
bool startsC1Control(const std::string& text, std::size_t at) {
    return text[at] == '\xc2' && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0x80 &&
           static_cast<unsigned char>(text[at + 1]) <= 0x9f;
}

}  // namespace

void removeControls(std::string& text) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (startsC1Control(text, i)) {
            text[end++] = ' ';
            ++i;
        } else {
            text[end++] = (byte < 0x20 && byte != '\n') || byte == 0x7f ? ' ' : text[i];
        }
    }
    text.resize(end);
}

void removeControls(Recipe& recipe) {
    for (std::string* field : {&recipe.prompt, &recipe.modelName, &recipe.modelHash, &recipe.kernels, &recipe.precision,
                               &recipe.engineVersion, &recipe.pixelHash, &recipe.created})
        removeControls(*field);
}

}  // namespace penjing
