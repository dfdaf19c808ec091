#include <gtest/gtest.h>

#include "foreign_support.h"

namespace penjing {
namespace {

using test::foreignIn;
using test::Names;
using test::readText;
using test::textChunk;

TEST(ForeignComfyUi, PromptGraph) {
    const ForeignRecipe recipe = readText("prompt", R"j({
        "3": {"class_type": "KSampler", "inputs": {"seed": 18446744073709551615, "steps": 20, "cfg": 8.0,
              "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 0.7, "model": ["10", 0],
              "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "is_changed": [NaN]},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd15.safetensors"}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 640, "batch_size": 1}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a \"fox\", [red]:\n\\(art\\) \ud83e\udd8a \ud83e.",
              "clip": ["11", 0]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["11", 0]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}},
        "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "art/ink.safetensors", "strength_model": 1.0,
               "strength_clip": 1.0, "model": ["4", 0], "clip": ["4", 1]}},
        "11": {"class_type": "CLIPSetLastLayer", "inputs": {"stop_at_clip_layer": -2, "clip": ["10", 1]}}})j");
    EXPECT_EQ(recipe.program, "ComfyUI");
    EXPECT_EQ(recipe.prompt, "a \"fox\", [red]:\n\\(art\\) 🦊 \xef\xbf\xbd.");
    EXPECT_EQ(recipe.seed, 18446744073709551615u);
    EXPECT_EQ(recipe.steps, 20);
    EXPECT_EQ(recipe.guidance, 8.0);
    EXPECT_EQ(recipe.width, 512);
    EXPECT_EQ(recipe.height, 640);
    EXPECT_EQ(recipe.modelName, "sd15.safetensors");
    EXPECT_EQ(recipe.notTaken, (Names{"negative prompt (fog)", "sampler (dpmpp_2m)", "scheduler (karras)",
                                      "denoising strength (0.7)", "LoRA (ink.safetensors)", "clip skip (-2)"}));
}

TEST(ForeignComfyUi, SamplerOfSeveralNodes) {
    const ForeignRecipe recipe = readText("prompt", R"j({
        "1": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["2", 0], "guider": ["3", 0],
              "sampler": ["4", 0], "sigmas": ["5", 0], "latent_image": ["6", 0]}},
        "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 9007199254740993}},
        "3": {"class_type": "CFGGuider", "inputs": {"cfg": 2.5, "model": ["7", 0], "positive": ["8", 0],
              "negative": ["10", 0]}},
        "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
        "5": {"class_type": "Flux2Scheduler", "inputs": {"steps": ["12", 0], "width": 64, "height": 64}},
        "6": {"class_type": "EmptyFlux2LatentImage", "inputs": {"width": ["13", 0], "height": 768, "batch_size": 1}},
        "7": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux-2-klein-4b.safetensors"}},
        "8": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["9", 0]}},
        "9": {"class_type": "CLIPTextEncode", "inputs": {"text": ["11", 0], "clip": ["99", 0]}},
        "10": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["9", 0]}},
        "11": {"class_type": "StringConcatenate", "inputs": {"string_a": "a fox", "string_b": ["14", 0],
               "delimiter": ", "}},
        "12": {"class_type": "PrimitiveInt", "inputs": {"value": 4}},
        "13": {"class_type": "ImageSizeOfTheMoon", "inputs": {"phase": "full", "height": 3}},
        "14": {"class_type": "PrimitiveString", "inputs": {"value": "in snow"}}})j");
    EXPECT_EQ(recipe.prompt, "a fox, in snow");
    EXPECT_EQ(recipe.seed, 9007199254740993u);
    EXPECT_EQ(recipe.steps, 4);
    EXPECT_EQ(recipe.guidance, 2.5);
    EXPECT_FALSE(recipe.width.has_value());
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "flux-2-klein-4b.safetensors");
    EXPECT_EQ(recipe.notTaken, (Names{"width (computed by a node)", "distilled guidance (3.5)"}));
}

TEST(ForeignComfyUi, FirstOfTwoPasses) {
    const ForeignRecipe recipe = readText("prompt", R"j({
        "1": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 9, "cfg": 1, "sampler_name": "euler",
              "scheduler": "simple", "denoise": 0.5, "positive": ["4", 0], "negative": ["4", 1],
              "latent_image": ["3", 0]}},
        "2": {"class_type": "KSampler", "inputs": {"seed": 2, "steps": 20, "cfg": 4, "sampler_name": "euler",
              "scheduler": "simple", "denoise": 1, "positive": ["4", 0], "negative": ["4", 1],
              "latent_image": ["7", 0]}},
        "3": {"class_type": "LatentUpscale", "inputs": {"samples": ["2", 0], "width": 1024, "height": 1024}},
        "4": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["5", 0], "negative": ["6", 0],
              "control_net": ["8", 0], "image": ["9", 0], "strength": 1}},
        "5": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"text_g": "a fox", "text_l": "fox", "width": 4096}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog"}},
        "7": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 512, "height": 512}},
        "8": {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "canny.pth"}},
        "9": {"class_type": "LoadImage", "inputs": {"image": "pose.png"}},
        "10": {"class_type": "SaveImage", "inputs": {"images": ["11", 0]}},
        "11": {"class_type": "VAEDecode", "inputs": {"samples": ["1", 0]}}})j");
    EXPECT_EQ(recipe.prompt, "a fox");
    EXPECT_EQ(recipe.seed, 2u);
    EXPECT_EQ(recipe.steps, 20);
    EXPECT_EQ(recipe.width, 512);
    EXPECT_EQ(recipe.notTaken, (Names{"negative prompt (fog)", "scheduler (simple)", "ControlNet (canny.pth)",
                                      "input image", "further sampling passes", "upscaling"}));
}

TEST(ForeignComfyUi, CombinedConditioningAndLoraSlots) {
    const ForeignRecipe recipe = readText("prompt", R"j({
        "1": {"class_type": "KSampler (Efficient)", "inputs": {
    "seed" : 3, "steps" : 5, "cfg" : 1, "positive" : [ "2", 0 ], "latent_image" : [ "5", 0 ], "model" : [ "6", 0 ]}},
        "2": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["3", 0], "conditioning_2": ["4", 0]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox"}},
        "4": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "x", "t5xxl": "in snow", "guidance": 3}},
        "5": {"class_type": "Reroute", "inputs": {"": ["7", 0]}},
        "6": {"class_type": "Power Lora Loader (rgthree)", "inputs": {"lora_1": {"on": true, "lora": "a.safetensors",
              "strength": 1}, "lora_2": {"on": false, "lora": "b.safetensors"}, "model": ["8", 0]}},
        "7": {"class_type": "EmptyLatentImage", "inputs": {"width": 256, "height": 128}},
        "8": {
    "class_type" : "UnetLoaderGGUF", "inputs" : {
        "unet_name" : "klein.gguf"
    }
}
})j");
    EXPECT_EQ(recipe.prompt, "a fox, in snow");
    EXPECT_EQ(recipe.width, 256);
    EXPECT_EQ(recipe.modelName, "klein.gguf");
    EXPECT_EQ(recipe.notTaken, (Names{"LoRA (a.safetensors)", "distilled guidance (3)"}));
}

constexpr const char* kWorkflow = R"({"version": 0.4, "nodes": [
    {"id": 3, "type": "KSampler", "mode": 0, "inputs": [{"name": "model", "type": "MODEL", "link": 1},
        {"name": "positive", "type": "CONDITIONING", "link": 2}, {"name": "negative", "type": "CONDITIONING", "link": 3},
        {"name": "latent_image", "type": "LATENT", "link": 4}, {"name": "steps", "type": "INT", "link": 9,
        "widget": {"name": "steps"}}],
     "widgets_values": [42, "randomize", 20, 1.5, "heun", "simple", 1]},
    {"id": 4, "type": "UNETLoader", "widgets_values": ["klein.safetensors", "default"]},
    {"id": 5, "type": "LoraLoaderModelOnly", "mode": 4, "inputs": [{"name": "model", "type": "MODEL", "link": 5}],
     "widgets_values": ["ink.safetensors", 1]},
    {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a fox 🦊"]},
    {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["fog"]},
    {"id": 8, "type": "EmptyLatentImage", "widgets_values": [512, 768, 1]},
    {"id": 9, "type": "KSampler", "mode": 2, "inputs": [{"name": "positive", "link": 2}], "widgets_values": [7]},
    {"id": 10, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 6}]},
    {"id": 11, "type": "PrimitiveNode", "widgets_values": [6, "fixed"]}],
    "links": [[1, 5, 0, 3, 0, "MODEL"], [2, 10, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"],
              [4, 8, 0, 3, 3, "LATENT"], [5, 4, 0, 5, 0, "MODEL"],
              {"id": 6, "origin_id": 6, "origin_slot": 0, "target_id": 10, "target_slot": 0, "type": "CONDITIONING"},
              [9, 11, 0, 3, 4, "INT"]]})";

TEST(ForeignComfyUi, WorkflowWhereThereIsNoPrompt) {
    for (const auto& chunks :
         {std::vector{test::internationalChunk("workflow", kWorkflow)},
          std::vector{textChunk("prompt", "a plain text"), test::internationalChunk("workflow", kWorkflow)}}) {
        const auto recipe = foreignIn(chunks);
        ASSERT_TRUE(recipe.has_value());
        EXPECT_EQ(recipe->program, "ComfyUI");
        EXPECT_EQ(recipe->prompt, "a fox 🦊");
        EXPECT_EQ(recipe->seed, 42u);
        EXPECT_EQ(recipe->steps, 6);
        EXPECT_EQ(recipe->guidance, 1.5);
        EXPECT_EQ(recipe->width, 512);
        EXPECT_EQ(recipe->height, 768);
        EXPECT_EQ(recipe->modelName, "klein.safetensors");
        EXPECT_EQ(recipe->notTaken, (Names{"negative prompt (fog)", "sampler (heun)", "scheduler (simple)"}));
    }
}

TEST(ForeignComfyUi, CyclesAndDeadEndsEnd) {
    const ForeignRecipe recipe = readText("prompt", R"j({
        "1": {"class_type": "KSampler", "inputs": {"seed": ["2", 0], "steps": 3, "positive": ["3", 0],
              "latent_image": ["1", 0], "model": ["77", 0], "guider": ["1", 0]}},
        "2": {"class_type": "Reroute", "inputs": {"x": ["2", 0]}},
        "3": {"class_type": "StringConcatenate", "inputs": {"text": ["3", 0], "string_a": ["3", 0],
              "string_b": ["3", 0], "conditioning": ["3", 0]}},
        "4": "no node", "5": {"class_type": 3, "inputs": []}})j");
    EXPECT_EQ(recipe.steps, 3);
    EXPECT_FALSE(recipe.seed.has_value());
    EXPECT_EQ(recipe.notTaken, Names{"seed (computed by a node)"});
    EXPECT_FALSE(foreignIn({textChunk("prompt", R"({"1": {"class_type": "LoadImage", "inputs": {"image": "x"}}})")}));
    EXPECT_FALSE(foreignIn({textChunk("workflow", R"({"nodes": [[], 3, {"id": 1}], "links": [[1, 2], 3]})")}));
}

// 12,000 nodes in a row, and text nodes that would double their text at every step.
TEST(ForeignComfyUi, LargeGraphsTakeBoundedTime) {
    std::string graph =
        R"({"s": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["0", 0], "latent_image": ["0", 0]}})";
    for (int i = 0; i < 12'000; ++i) {
        const std::string next = "[\"" + std::to_string(i + 1) + "\", 0]";
        graph += ",\"" + std::to_string(i) + R"(": {"class_type": "C", "inputs": {"conditioning": )" + next + "}}";
    }
    EXPECT_EQ(readText("prompt", graph + "}").seed, 1u);

    std::string texts = R"({"s": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["t", 0]}},
        "t": {"class_type": "CLIPTextEncode", "inputs": {"text": ["0", 0]}})";
    for (int i = 0; i < 60; ++i) {
        const std::string next = i == 59 ? "\"word\"" : "[\"" + std::to_string(i + 1) + "\", 0]";
        texts += ",\"" + std::to_string(i) + R"(": {"class_type": "J", "inputs": {"string_a": )" + next +
                 ", \"string_b\": " + next + "}}";
    }
    EXPECT_LE(readText("prompt", texts + "}").prompt.size(), 1u << 20);
}

}  // namespace
}  // namespace penjing
