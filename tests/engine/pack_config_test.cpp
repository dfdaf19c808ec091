#include <gtest/gtest.h>

#include "pack/model_config.h"
#include "pack_support.h"
#include "synth/presets.h"

namespace penjing {
namespace {

std::string tinyJson() {
    return toJson(synthRecipe(SynthPreset::Tiny).config);
}

struct BadEdit {
    std::string from, to, expected;
};

TEST(ModelConfig, SurvivesBeingWrittenAndRead) {
    for (const SynthPreset preset :
         {SynthPreset::Klein4b, SynthPreset::Seedling, SynthPreset::Tiny, SynthPreset::TinyKlein}) {
        const ModelConfig config = synthRecipe(preset).config;
        const auto again = parseModelConfig(toJson(config));
        ASSERT_TRUE(again.ok()) << again.error().message;
        EXPECT_EQ(toJson(*again), toJson(config));
    }
}

TEST(ModelConfig, KleinHasThePublishedTensorsAndParameters) {
    std::uint64_t blocks = 0, dense = 0, norms = 0, lowBit = 0;
    for (const TensorSpec& spec : expectedTensors(synthRecipe(SynthPreset::Klein4b).config)) {
        if (!spec.name.starts_with("transformer."))
            continue;
        const auto count = static_cast<std::uint64_t>(spec.n) * static_cast<std::uint64_t>(spec.k);
        (spec.kind == TensorKind::LowBit ? blocks : spec.kind == TensorKind::Dense ? dense : norms) += count;
        lowBit += spec.kind == TensorKind::LowBit;
    }
    EXPECT_EQ(lowBit, 100u);
    EXPECT_EQ(blocks, 3'680'501'760u);
    EXPECT_EQ(dense + norms, 195'042'816u);
}

TEST(ModelConfig, KleinDecoderHasThePublishedParameters) {
    std::uint64_t decoder = 0;
    for (const TensorSpec& spec : expectedTensors(synthRecipe(SynthPreset::Klein4b).config))
        if (spec.name.starts_with("vae.decoder."))
            decoder += static_cast<std::uint64_t>(spec.n) * spec.k * spec.kernel * spec.kernel;
    EXPECT_EQ(decoder, 49'619'203u);
}

TEST(ModelConfig, BadValuesAreNamed) {
    const std::vector<BadEdit> edits{
        {"\"penjing-flux2\"", "\"other\"", "architecture"},
        {"\"hidden_size\":128", "\"hidden_size\":-128", "text_encoder.\"hidden_size\""},
        {"\"hidden_size\":128", "\"hidden_size\":1e30", "hidden_size"},
        {"\"hidden_size\":128", "\"hidden_size\":99999999999999999999", "hidden_size"},
        {"\"hidden_size\":128,", "", "is missing"},
        {"\"hidden_size\":128", "\"hidden_size\":128,\"hidden_size\":128", "appears twice"},
        {"\"hidden_size\":128", "\"hidden_size\":128,\"extra\":1", "not known"},
        {"\"vocab_size\":384", "\"vocab_size\":\"384\"", "vocab_size"},
        {"\"out_layers\":[1,2]", "\"out_layers\":[2,1]", "out_layers"},
        {"\"out_layers\":[1,2]", "\"out_layers\":[]", "out_layers"},
        {"\"out_layers\":[1,2]", "\"out_layers\":[1,3]", "out_layers"},
        {"\"out_layers\":[1,2]", "\"out_layers\":[2]", "joint_attention_dim"},
        {"\"num_key_value_heads\":1", "\"num_key_value_heads\":3", "num_key_value_heads"},
        {"\"bos\":2", "\"bos\":384", "bos"},
        {"\"sentencepiece\"", "\"bpe\"", "sentencepiece"},
        {"\"in_channels\":16", "\"in_channels\":32", "in_channels"},
        {"\"mlp_ratio\":2.0", "\"mlp_ratio\":2.001", "mlp_ratio"},
        {"\"mlp_ratio\":2.0", "\"mlp_ratio\":null", "mlp_ratio"},
        {"[16,16,16,16]", "[16,16,16,8]", "axes_dims_rope"},
        {"[16,16,16,16]", "[17,15,16,16]", "axes_dims_rope"},
        {"[16,16,16,16]", "[16,16,16]", "axes_dims_rope"},
        {"\"norm_num_groups\":4", "\"norm_num_groups\":3", "norm_num_groups"},
        {"\"patch_size\":[2,2]", "\"patch_size\":[2,1]", "patch_size"},
        {"\"dynamic_mu\":\"none\"", "\"dynamic_mu\":\"some\"", "dynamic_mu"},
        {"\"min_size\":32", "\"min_size\":33", "min_size"},
        {"\"max_size\":256", "\"max_size\":16", "max_size"},
        {"\"steps\":4", "\"steps\":0", "steps"},
        {"\"bias\":[0.5,0.5,0.5]", "\"bias\":[0.5,0.5]", "bias"},
    };
    for (const BadEdit& edit : edits) {
        const auto config = parseModelConfig(test::replacedOnce(tinyJson(), edit.from, edit.to));
        ASSERT_FALSE(config.ok()) << edit.from << " -> " << edit.to;
        EXPECT_EQ(config.error().code, ErrorCode::ModelFile);
        EXPECT_NE(config.error().message.find(edit.expected), std::string::npos)
            << edit.to << ": " << config.error().message;
        EXPECT_EQ(config.error().message.find('\n'), std::string::npos);
    }
}

TEST(ModelConfig, RefusesWhatIsNotAConfiguration) {
    for (const std::string text : {"", "null", "[]", "{}", "{\"architecture\":", "\xff\xfe", "1e999"})
        EXPECT_FALSE(parseModelConfig(text).ok()) << text;
    EXPECT_FALSE(parseModelConfig(std::string(100000, '[')).ok());
    std::string many = "[0";
    for (int i = 0; i < 300000; ++i) many += ",0";
    EXPECT_FALSE(parseModelConfig(many + "]").ok());
}

}  // namespace
}  // namespace penjing
