#include <gtest/gtest.h>

#include "foreign_support.h"
#include "image/recipe_json.h"

namespace penjing {
namespace {

using test::foreignIn;
using test::Names;
using test::readText;
using test::textChunk;

ForeignRecipe infotext(const std::string& text) {
    return readText("parameters", text);
}

TEST(ForeignRecipe, Automatic1111) {
    const ForeignRecipe recipe = infotext(
        "a (red:1.2) fox, [forest], \\(concept art\\), \"quoted\": colon 🦊\nsecond line <lora:pixel-art:0.8>, "
        "<lyco:x>\n"
        "Negative prompt: blurry,\nugly\n"
        "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7.5, Seed: 18446744073709551615, "
        "Size: 512x768, Model hash: 0123abcdef, Model: \"model, v1\", Denoising strength: 0.6, Clip skip: 2, "
        "Hires upscale: 2, Hires steps: 10, Hires upscaler: Latent, "
        "ControlNet 0: \"Module: canny, Model: control_v11p_sd15_canny, Weight: 1\", "
        "Lora hashes: \"pixel-art: 0123, y: 4567\", RNG: CPU, Version: v1.10.1");
    EXPECT_EQ(recipe.program, "AUTOMATIC1111");
    EXPECT_EQ(recipe.prompt, "a (red:1.2) fox, [forest], \\(concept art\\), \"quoted\": colon 🦊\nsecond line");
    EXPECT_EQ(recipe.seed, 18446744073709551615u);
    EXPECT_EQ(recipe.steps, 20);
    EXPECT_EQ(recipe.guidance, 7.5);
    EXPECT_EQ(recipe.width, 512);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "model, v1");
    EXPECT_FALSE(recipe.recipe.has_value());
    EXPECT_EQ(recipe.notTaken,
              (Names{"LoRA (pixel-art)", "LoRA (x)", "prompt weights", "negative prompt (blurry, ugly)",
                     "sampler (Euler a)", "scheduler (Karras)", "denoising strength (0.6)", "clip skip (2)",
                     "hires fix (2)", "hires steps (10)", "hires upscaler (Latent)", "ControlNet", "LoRA (y)"}));
}

TEST(ForeignRecipe, ForksAreToldByTheirVersion) {
    const std::string settings = "x\nSteps: 4, CFG scale: 1, Seed: 5, Size: 64x64";
    EXPECT_EQ(infotext(settings + ", Distilled CFG Scale: 3.5, Version: f2.0.1v1.10.1-previous-1").program,
              "AUTOMATIC1111");
    EXPECT_EQ(infotext(settings + ", App: SD.Next, Version: 1234abc").program, "AUTOMATIC1111");
    EXPECT_EQ(infotext(settings + ", Model hash: deadbeef").program, "AUTOMATIC1111");
    EXPECT_EQ(infotext(settings + ", Version: ComfyUI").program, "ComfyUI");
    EXPECT_EQ(infotext(settings + ", Version: Penjing 0.1.0").program, "Penjing");
    EXPECT_EQ(infotext(settings).program, "unknown");
    EXPECT_EQ(infotext(settings + ", Distilled CFG Scale: 3.5").notTaken, Names{"distilled guidance (3.5)"});
}

TEST(ForeignRecipe, PromptsCannotOverrideSettings) {
    const ForeignRecipe recipe =
        infotext("x, Seed: 7, Steps: 1\nSteps: 4, Seed: 42, Size: 64x96, CFG scale: 1, Version: v1.9.0, Seed: 8");
    EXPECT_EQ(recipe.prompt, "x, Seed: 7, Steps: 1");
    EXPECT_EQ(recipe.seed, 42u);
    EXPECT_EQ(recipe.steps, 4);
}

TEST(ForeignRecipe, TextWithoutSettingsIsAPromptOfAnUnknownProgram) {
    const ForeignRecipe recipe = infotext("{red|blue} fox, Seed: 7");
    EXPECT_EQ(recipe.program, "unknown");
    EXPECT_EQ(recipe.prompt, "{red|blue} fox, Seed: 7");
    EXPECT_FALSE(recipe.seed.has_value());
    EXPECT_TRUE(recipe.notTaken.empty());
    EXPECT_FALSE(foreignIn({textChunk("parameters", " \n ")}).has_value());
    EXPECT_FALSE(foreignIn({textChunk("Title", "a fox")}).has_value());
    EXPECT_FALSE(foreignIn({}).has_value());
}

TEST(ForeignRecipe, NumbersOutOfRangeAreNamed) {
    const ForeignRecipe recipe = infotext("x\nSteps: 1001, CFG scale: nan, Seed: -1, Size: 8x20000, Version: v1.10.0");
    EXPECT_FALSE(recipe.steps.has_value());
    EXPECT_FALSE(recipe.guidance.has_value());
    EXPECT_FALSE(recipe.seed.has_value());
    EXPECT_FALSE(recipe.width.has_value());
    EXPECT_FALSE(recipe.height.has_value());
    EXPECT_EQ(recipe.notTaken,
              (Names{"steps (1001)", "guidance (nan)", "seed (random)", "width (8)", "height (20000)"}));
    EXPECT_EQ(infotext("x\nSteps: 0, Seed: 18446744073709551616, CFG scale: 100.5").notTaken,
              (Names{"steps (0)", "seed (18446744073709551616)", "guidance (100.5)"}));
    const ForeignRecipe limits = infotext("x\nSteps: 1000, Seed: 0, CFG scale: 100, Size: 16x16384");
    EXPECT_EQ(limits.steps, 1000);
    EXPECT_EQ(limits.seed, 0u);
    EXPECT_EQ(limits.guidance, 100.0);
    EXPECT_EQ(limits.width, 16);
    EXPECT_EQ(limits.height, 16384);
    EXPECT_TRUE(limits.notTaken.empty());
}

TEST(ForeignRecipe, TagsLeaveNoGap) {
    const auto promptOf = [](const std::string& prompt) {
        return infotext(prompt + "\nSteps: 4, Seed: 5, Size: 64x64").prompt;
    };
    EXPECT_EQ(promptOf("a cat, <lora:x:1>, a dog"), "a cat, a dog");
    EXPECT_EQ(promptOf("<lora:x:1> a cat"), "a cat");
    EXPECT_EQ(promptOf("<lora:x:1>, a cat"), "a cat");
    EXPECT_EQ(promptOf("a cat <lora:x:1><lora:y:1> sleeping"), "a cat sleeping");
    EXPECT_EQ(promptOf("a cat, <hypernet:x>"), "a cat");
    EXPECT_EQ(promptOf("a <lora:b and <c> d <"), "a <lora:b and <c> d <");
    EXPECT_EQ(promptOf("3 < 4, a ratio of 4:3"), "3 < 4, a ratio of 4:3");
}

constexpr const char* kSdcppFlat =
    "a fox, Seed: 7, Size: 64x64\nNegative prompt: fog\nSteps: 1, CFG scale: 9.000000, Guidance: 3.500000, Eta: "
    "0.000000, "
    "Seed: 1, Size: 64x64, Model: , RNG: cuda, Sampler: euler, Version: stable-diffusion.cpp";

TEST(ForeignRecipe, StableDiffusionCpp) {
    const ForeignRecipe recipe = infotext(
        std::string(kSdcppFlat) +
        R"j(, SDCPP: {"schema":"sdcpp.image.params/v1","mode":"img_gen","seed":9007199254740993,"width":640,"height":384,)j"
        R"j("prompt":{"positive":"a fox, Seed: 7, Size: 64x64 <lora:sepia:1>","negative":"fog"},"clip_skip":-1,)j"
        R"j("strength":0.75,"rng":"cuda","sampling":{"steps":8,"method":"heun","scheduler":"simple","eta":0.0,)j"
        R"j("flow_shift":3.0,"guidance":{"txt_cfg":1.5,"img_cfg":1.5,"distilled_guidance":3.5,"slg":{"scale":0.0}}},)j"
        R"j("models":{"diffusion_model":"klein-q4.gguf","vae":"ae.safetensors","model":""},"hires":{"enabled":true},)j"
        R"j("loras":[{"name":"sub/pixel.safetensors","multiplier":0.7}]})j");
    EXPECT_EQ(recipe.program, "stable-diffusion.cpp");
    EXPECT_EQ(recipe.prompt, "a fox, Seed: 7, Size: 64x64");
    EXPECT_EQ(recipe.seed, 9007199254740993u);
    EXPECT_EQ(recipe.steps, 8);
    EXPECT_EQ(recipe.guidance, 1.5);
    EXPECT_EQ(recipe.width, 640);
    EXPECT_EQ(recipe.height, 384);
    EXPECT_EQ(recipe.modelName, "klein-q4.gguf");
    EXPECT_EQ(recipe.notTaken, (Names{"LoRA (sepia)", "negative prompt (fog)", "random number generator (cuda)",
                                      "shift (3.0)", "sampler (heun)", "scheduler (simple)", "distilled guidance (3.5)",
                                      "VAE (ae.safetensors)", "LoRA (pixel.safetensors)", "hires fix"}));
}

TEST(ForeignRecipe, StableDiffusionCppWithoutItsDocument) {
    for (const char* tail : {"", ", SDCPP: {\"schema\":\"sdcpp.image", ", SDCPP: {\"seed\":3}"}) {
        const ForeignRecipe recipe = infotext(std::string(kSdcppFlat) + tail);
        EXPECT_EQ(recipe.program, "stable-diffusion.cpp");
        EXPECT_EQ(recipe.seed, 1u);
        EXPECT_EQ(recipe.steps, 1);
        EXPECT_EQ(recipe.guidance, 9.0);
        EXPECT_EQ(recipe.notTaken,
                  (Names{"negative prompt (fog)", "distilled guidance (3.500000)", "random number generator (cuda)"}));
    }
}

TEST(ForeignRecipe, SwarmUi) {
    const ForeignRecipe recipe = infotext(
        R"j({"sui_image_params": {"prompt": "a \"fox\", (old:1.1)\n🦊", "negativeprompt": "", "model": "Flux/klein",)j"
        R"j( "seed": 882695506, "steps": 28, "cfgscale": 6.0, "width": 1216, "height": 768, "sampler": "dpmpp_2m",)j"
        R"j( "scheduler": "normal", "aspectratio": "8:5", "automaticvae": true, "loras": ["styles/ink", "turbo"],)j"
        R"j( "loraweights": ["0.4", "1"], "sigmashift": 3, "clipstopatlayer": -2, "zeronegative": true,)j"
        R"j( "initimagecreativity": 0.6, "swarm_version": "0.9.8.1"}, "sui_extra_data": {"date": "2025-01-01"}})j");
    EXPECT_EQ(recipe.program, "SwarmUI");
    EXPECT_EQ(recipe.prompt, "a \"fox\", (old:1.1)\n🦊");
    EXPECT_EQ(recipe.seed, 882695506u);
    EXPECT_EQ(recipe.steps, 28);
    EXPECT_EQ(recipe.guidance, 6.0);
    EXPECT_EQ(recipe.width, 1216);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "Flux/klein");
    EXPECT_EQ(recipe.notTaken,
              (Names{"clip skip (-2)", "denoising strength (0.6)", "prompt weights", "sampler (dpmpp_2m)",
                     "scheduler (normal)", "shift (3)", "zeronegative", "LoRA (ink)", "LoRA (turbo)"}));
}

TEST(ForeignRecipe, FooocusJson) {
    const ForeignRecipe recipe = *foreignIn(
        {textChunk(
             "parameters",
             R"j({"adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernaut", "base_model_hash": "aeb7e9e689",)j"
             R"j( "full_prompt": ["cinematic still a fox"], "guidance_scale": 4.0, "lora_combined_1": "ink : 0.1",)j"
             R"j( "loras": [["ink", 0.1, "4852686128"]], "metadata_scheme": "fooocus", "negative_prompt": "fog",)j"
             R"j( "performance": "Speed", "prompt": "a fox", "refiner_model": "None", "refiner_switch": 0.5,)j"
             R"j( "resolution": "(1152, 896)", "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras",)j"
             R"j( "seed": "8904534829342", "sharpness": 2.0, "steps": 30, "styles": "['Cinematic']",)j"
             R"j( "vae": "Default (model)", "version": "Fooocus v2.5.5"})j"),
         textChunk("fooocus_scheme", "fooocus")});
    EXPECT_EQ(recipe.program, "Fooocus");
    EXPECT_EQ(recipe.prompt, "a fox");
    EXPECT_EQ(recipe.seed, 8904534829342u);
    EXPECT_EQ(recipe.steps, 30);
    EXPECT_EQ(recipe.guidance, 4.0);
    EXPECT_EQ(recipe.width, 1152);
    EXPECT_EQ(recipe.height, 896);
    EXPECT_EQ(recipe.modelName, "juggernaut");
    EXPECT_EQ(recipe.notTaken, (Names{"ADM guidance ((1.5, 0.8, 0.3))", "LoRA (ink)", "negative prompt (fog)",
                                      "performance (Speed)", "refiner switch (0.5)", "sampler (dpmpp_2m_sde_gpu)",
                                      "scheduler (karras)", "sharpness (2.0)", "styles (['Cinematic'])"}));
}

TEST(ForeignRecipe, FooocusText) {
    const ForeignRecipe recipe = *foreignIn(
        {textChunk("parameters",
                   "cinematic still a fox, a dog\nNegative prompt: anime, fog\n"
                   "Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 5, Size: 1152x896, CFG scale: 4, Sharpness: 2, "
                   "ADM Guidance: \"(1.5, 0.8, 0.3)\", Model: juggernaut, Model hash: aeb7e9e689, Performance: Speed, "
                   "Raw prompt: \"a fox\\na dog\", Raw negative prompt: fog, Lora hashes: \"ink: 4852686128\", "
                   "Lora weights: \"ink: 0.1\", Version: Fooocus v2.5.5"),
         textChunk("fooocus_scheme", "a1111")});
    EXPECT_EQ(recipe.program, "Fooocus");
    EXPECT_EQ(recipe.prompt, "a fox\na dog");
    EXPECT_EQ(recipe.seed, 5u);
    EXPECT_EQ(recipe.guidance, 4.0);
    EXPECT_EQ(recipe.modelName, "juggernaut");
    EXPECT_EQ(recipe.notTaken, (Names{"negative prompt (fog)", "sampler (DPM++ 2M SDE Karras)", "sharpness (2)",
                                      "adm guidance ((1.5, 0.8, 0.3))", "performance (Speed)", "LoRA (ink)"}));
}

TEST(ForeignRecipe, InvokeAi) {
    const ForeignRecipe recipe = readText(
        "invokeai_metadata",
        R"j({"generation_mode":"flux_img2img","positive_prompt":"a fox, \\(art\\)","negative_prompt":"fog","width":1024,)j"
        R"j("height":768,"seed":3735928559,"rand_device":"cpu","cfg_scale":1,"guidance":4,"steps":12,)j"
        R"j("scheduler":"dpmpp_2m","model":{"key":"k","hash":"h","name":"FLUX.2 Klein","base":"flux2","type":"main"},)j"
        R"j("loras":[{"model":{"key":"k","name":"ink"},"weight":0.75},{"lora":{"model_name":"old"},"weight":1}],)j"
        R"j("strength":0.55,"init_image":"ab.png","vae":{"name":"ae"},"qwen3_encoder":{"name":"q"},)j"
        R"j("ref_images":[{"id":"r"}],"app_version":"6.0.0"})j");
    EXPECT_EQ(recipe.program, "InvokeAI");
    EXPECT_EQ(recipe.prompt, "a fox, \\(art\\)");
    EXPECT_EQ(recipe.seed, 3735928559u);
    EXPECT_EQ(recipe.steps, 12);
    EXPECT_EQ(recipe.guidance, 1.0);
    EXPECT_EQ(recipe.width, 1024);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "FLUX.2 Klein");
    EXPECT_EQ(recipe.notTaken, (Names{"mode (flux_img2img)", "distilled guidance (4)", "input image (ab.png)",
                                      "negative prompt (fog)", "reference images", "sampler (dpmpp_2m)",
                                      "denoising strength (0.55)", "VAE (ae)", "LoRA (ink)", "LoRA (old)"}));
}

TEST(ForeignRecipe, OldInvokeAi) {
    const ForeignRecipe recipe = readText(
        "sd-metadata",
        R"j({"model":"stable diffusion","model_weights":"sd-1.5","app_id":"invoke-ai/InvokeAI","app_version":"2.2.4",)j"
        R"j("image":{"prompt":[{"prompt":"a fox","weight":1.0}],"steps":50,"cfg_scale":7.5,"threshold":0,"perlin":0,)j"
        R"j("height":512,"width":640,"seed":42,"seamless":false,"type":"txt2img","sampler":"k_lms"}})j");
    EXPECT_EQ(recipe.program, "InvokeAI");
    EXPECT_EQ(recipe.prompt, "a fox");
    EXPECT_EQ(recipe.seed, 42u);
    EXPECT_EQ(recipe.width, 640);
    EXPECT_EQ(recipe.modelName, "sd-1.5");
    EXPECT_EQ(recipe.notTaken, Names{"sampler (k_lms)"});
}

std::string drawThingsXmp(const std::string& elements) {
    return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description rdf:about=\"\">" + elements +
           "<xmp:CreatorTool>Draw Things</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>";
}

TEST(ForeignRecipe, DrawThings) {
    const ForeignRecipe recipe = *foreignIn({test::internationalChunk(
        "XML:com.adobe.xmp",
        drawThingsXmp(
            "<exif:UserComment>\n <rdf:Alt>\n  <rdf:li xml:lang=\"x-default\">{&quot;c&quot;:&quot;a &lt;fox&gt; &amp; "
            "&#x1F98A;&quot;,\"uc\":\"fog\",\"steps\":4,\"sampler\":\"DDIM "
            "Trailing\",\"scale\":1.5,\"seed\":4294967295,"
            "\"size\":\"512x768\",\"model\":\"flux_2_klein_4b_q8p.ckpt\",\"strength\":1,\"seed_mode\":\"Scale Alike\","
            "\"shift\":2.5,\"lora\":[{\"model\":\"ink.ckpt\",\"weight\":0.6}],\"v2\":{\"steps\":9}}</rdf:li>\n "
            "</rdf:Alt>\n</exif:UserComment>"))});
    EXPECT_EQ(recipe.program, "Draw Things");
    EXPECT_EQ(recipe.prompt, "a <fox> & 🦊");
    EXPECT_EQ(recipe.seed, 4294967295u);
    EXPECT_EQ(recipe.steps, 4);
    EXPECT_EQ(recipe.guidance, 1.5);
    EXPECT_EQ(recipe.width, 512);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "flux_2_klein_4b_q8p.ckpt");
    EXPECT_EQ(recipe.notTaken, (Names{"sampler (DDIM Trailing)", "seed mode (Scale Alike)", "shift (2.5)",
                                      "negative prompt (fog)", "LoRA (ink.ckpt)"}));
}

TEST(ForeignRecipe, DrawThingsDescription) {
    const ForeignRecipe recipe = readText(
        "XML:com.adobe.xmp",
        drawThingsXmp("<dc:description><rdf:Alt><rdf:li>a fox&#xA;-red&#xA;-fog&#xA;Steps: 4, Sampler: Euler A "
                      "Trailing, Guidance Scale: 1.5, Seed: 77, Size: 512x768, Model: klein.ckpt, Strength: 1.0, Seed "
                      "Mode: Scale Alike</rdf:li></rdf:Alt></dc:description>"));
    EXPECT_EQ(recipe.prompt, "a fox\n-red");
    EXPECT_EQ(recipe.seed, 77u);
    EXPECT_EQ(recipe.guidance, 1.5);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.notTaken,
              (Names{"negative prompt (fog)", "sampler (Euler A Trailing)", "seed mode (Scale Alike)"}));
}

TEST(ForeignRecipe, Flux2C) {
    const auto recipe = foreignIn({textChunk("flux:seed", "1735689600"), textChunk("flux:model", "FLUX.2-klein-4B")});
    ASSERT_TRUE(recipe.has_value());
    EXPECT_EQ(recipe->program, "flux2.c");
    EXPECT_EQ(recipe->seed, 1735689600u);
    EXPECT_EQ(recipe->modelName, "FLUX.2-klein-4B");
    EXPECT_TRUE(recipe->prompt.empty());
    EXPECT_FALSE(foreignIn({textChunk("flux:seed", "x")}).has_value());
}

TEST(ForeignRecipe, OwnPicturesAreWhole) {
    Recipe own;
    own.prompt = "a <lora:cat:1> (fox:1.2)";
    own.seed = 18446744073709551615u;
    own.steps = 4;
    own.guidance = 3.25;
    own.width = 128;
    own.height = 96;
    own.modelName = "Seedling v0";
    own.modelHash = std::string(64, 'a');
    const auto bytes = encodePng(Image{1, 1, {1, 2, 3}}, &own);
    ASSERT_TRUE(bytes.ok());
    const auto read = readForeignRecipe(bytes->data(), bytes->size());
    ASSERT_TRUE(read.ok() && read->has_value());
    const ForeignRecipe& recipe = **read;
    EXPECT_EQ(recipe.program, "Penjing");
    EXPECT_EQ(recipe.prompt, own.prompt);
    EXPECT_EQ(recipe.seed, own.seed);
    EXPECT_EQ(recipe.steps, 4);
    EXPECT_EQ(recipe.guidance, 3.25);
    EXPECT_EQ(recipe.width, 128);
    EXPECT_EQ(recipe.height, 96);
    EXPECT_EQ(recipe.modelName, "Seedling v0");
    EXPECT_TRUE(recipe.notTaken.empty());
    ASSERT_TRUE(recipe.recipe.has_value());
    EXPECT_EQ(recipeToJson(*recipe.recipe), recipeToJson(own));
}

}  // namespace
}  // namespace penjing
