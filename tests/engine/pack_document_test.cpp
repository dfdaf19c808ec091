// docs/formats/pack.md is normative: its examples are read from the text and checked.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include "pack/model_config.h"

namespace penjing {
namespace {

std::string document() {
    std::ifstream file(PENJING_SOURCE_DIR "/docs/formats/pack.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

// The content of the first ``` block of `language` after `heading`.
std::string block(const std::string& text, const std::string& heading, const std::string& language) {
    const std::size_t section = text.find(heading);
    const std::string fence = "```" + language + "\n";
    const std::size_t begin = text.find(fence, section) + fence.size();
    return text.substr(begin, text.find("```", begin) - begin);
}

std::vector<std::uint8_t> fromHex(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::uint8_t> bytes;
    for (std::string word; words >> word;)
        for (std::size_t i = 0; i + 1 < word.size(); i += 2)
            bytes.push_back(static_cast<std::uint8_t>(std::stoi(word.substr(i, 2), nullptr, 16)));
    return bytes;
}

double halfAt(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    const int bits = bytes[at] | bytes[at + 1] << 8;
    const int exponent = bits >> 10 & 31;
    const double fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

// The byte of the panel that holds channel and input, as the text says.
struct PanelPlace {
    int vector;
    int byte;
};
PanelPlace placeOf(int channel, int input) {
    return {2 * (input / 4) + channel / 16, 4 * (channel % 16) + input % 4};
}

// The worked example's weights.
int exampleTrit(int channel, int input) {
    return (channel + input) % 3 - 1;
}
double exampleScale(int channel) {
    return (channel + 1) / 64.0;
}

TEST(PackDocument, TernaryTileExample) {
    const auto tile = fromHex(block(document(), "### Worked example", "hex"));
    ASSERT_EQ(tile.size(), 896u);
    for (int channel = 0; channel < 32; ++channel) {
        const double scale = halfAt(tile, 832 + 2 * static_cast<std::size_t>(channel));
        EXPECT_EQ(scale, exampleScale(channel));
        for (int input = 0; input < 128; ++input) {
            const PanelPlace place = placeOf(channel, input);
            int packed = tile[static_cast<std::size_t>(64 * (place.vector / 5) + place.byte)];
            ASSERT_LE(packed, 242);
            for (int digit = 0; digit < place.vector % 5; ++digit) packed /= 3;
            ASSERT_EQ(packed % 3 - 1, exampleTrit(channel, input)) << channel << " " << input;
        }
    }
}

TEST(PackDocument, ConfigurationExampleIsValid) {
    const auto config = parseModelConfig(block(document(), "## Configuration", "json"));
    ASSERT_TRUE(config.ok()) << config.error().message;
    EXPECT_EQ(config->textEncoder.hiddenSize, 256);
    EXPECT_EQ(config->textEncoder.outLayers, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(config->transformer.hidden(), 256);
    EXPECT_EQ(config->transformer.mlpHidden(), 768);
    EXPECT_EQ(config->vae.pixelsPerToken(), 16);
    EXPECT_EQ(config->vae.patchedChannels(), 32);
    EXPECT_EQ(config->world.subjects.at("apple"), (std::vector<std::string>{"apple", "apples"}));
    EXPECT_EQ(config->preview.factors.size(), 8u);
}

}  // namespace
}  // namespace penjing
