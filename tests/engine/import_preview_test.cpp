// The previews of imported packs: fitted to what the decoder draws, left out where they would show nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "cpu/cpu_ops.h"
#include "import/preview_fit.h"
#include "import/preview_step.h"
#include "import_layouts.h"
#include "import_support.h"
#include "pack/pack.h"

namespace penjing::test {
namespace {

// Colours that are these factors of random latents, plus normal noise.
DecoderSamples linearSamples(const PreviewConfig& truth, std::size_t pixels, double noise) {
    std::mt19937 random(5);
    std::normal_distribution<double> normal;
    DecoderSamples samples;
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        std::array<double, 3> colour{};
        for (std::size_t c = 0; c < 3; ++c) colour[c] = static_cast<double>(truth.bias[c]) + noise * normal(random);
        for (const auto& row : truth.factors) {
            const auto latent = static_cast<float>(normal(random));
            samples.latents.push_back(latent);
            for (std::size_t c = 0; c < 3; ++c) colour[c] += static_cast<double>(latent) * static_cast<double>(row[c]);
        }
        samples.colours.push_back(colour);
    }
    return samples;
}

const PreviewConfig kTruth{{{0.02f, -0.01f, 0.0f}, {0.0f, 0.03f, 0.01f}, {0.0123f, 0.0f, -0.0456f}},
                           {0.5f, 0.4f, 0.6f}};

PreviewConfig fitted(const DecoderSamples& picture) {
    return previewOfSamples({&picture, 1});
}

TEST(PreviewFit, FindsTheFactorsOfALinearPicture) {
    const PreviewConfig found = fitted(linearSamples(kTruth, 500, 0.0));
    EXPECT_EQ(found.factors, kTruth.factors);
    EXPECT_EQ(found.bias, kTruth.bias);
}

TEST(PreviewFit, APictureCanBeLeftOut) {
    const std::vector<DecoderSamples> pictures{linearSamples(kTruth, 100, 0.0), linearSamples(kTruth, 50, 1.0),
                                               linearSamples(kTruth, 100, 0.0)};
    EXPECT_EQ(previewOfSamples(pictures, 1).factors, kTruth.factors);
    EXPECT_NE(previewOfSamples(pictures).factors, kTruth.factors);
}

TEST(PreviewFit, ExplainsWhatIsNotNoise) {
    const DecoderSamples exact = linearSamples(kTruth, 20000, 0.0);
    EXPECT_NEAR(explainedBy(kTruth, exact), 1.0, 1e-6);
    const PreviewConfig grey{{3, {0.0f, 0.0f, 0.0f}}, kTruth.bias};
    EXPECT_NEAR(explainedBy(grey, exact), 0.0, 0.01);
    // Noise of half the picture's variance leaves two thirds of the whole explained.
    double variance = 0.0;
    for (const auto& row : kTruth.factors)
        for (const float factor : row) variance += static_cast<double>(factor) * static_cast<double>(factor) / 3.0;
    EXPECT_NEAR(explainedBy(kTruth, linearSamples(kTruth, 20000, std::sqrt(variance / 2.0))), 2.0 / 3.0, 0.02);
}

TEST(PreviewFit, ChannelsWithoutAnyContentStayOut) {
    DecoderSamples samples = linearSamples(kTruth, 100, 0.0);
    for (std::size_t i = 0; i < samples.latents.size(); i += 3) samples.latents[i] = 0.0f;  // the first of each pixel
    const PreviewConfig found = fitted(samples);
    EXPECT_EQ(found.factors[0], (std::array<float, 3>{}));
}

TEST(PreviewFit, NumbersThatAreNoneBecomeZero) {
    DecoderSamples samples = linearSamples(kTruth, 100, 0.0);
    samples.colours[7][1] = std::nan("");
    const PreviewConfig found = fitted(samples);
    EXPECT_EQ(found.factors[1][1], 0.0f);
    EXPECT_NEAR(found.factors[0][0], kTruth.factors[0][0], 1e-3);
    EXPECT_EQ(explainedBy(found, samples), 0.0);
}

TEST(PreviewFit, NoFitIsLongerThanItsPlace) {
    const auto length = [](const PreviewConfig& preview) {
        ModelConfig config;
        config.vae.latentChannels = 3;
        config.preview = preview;
        return toJson(config).size();
    };
    PreviewConfig large = kTruth;
    for (auto& row : large.factors) row = {-1e9f, 123.456789f, -7.77777f};
    large.bias = {0.00011f, -0.00012f, -1e-9f};
    const std::size_t place = length(longestPreview(3));
    EXPECT_GE(place, length(fitted(linearSamples(large, 100, 0.0))));
    EXPECT_GE(place, length(fitted(linearSamples(kTruth, 100, 0.1))));
}

// Makes the small model's decoder one that draws its first three latent channels as red, green and blue. Convolutions
// hand pixels on (centre tap, channel to the same channel), the blocks between add nothing. What cannot be taken out is
// kept harmless: the last norm sees each colour with its negative, so that it takes no mean away, and two large
// constants, which decide its deviation; the last silu sees numbers of 8 ± 2, where it is nearly straight.
class LinearDecoder {
public:
    explicit LinearDecoder(SmallModel& model) : weights_(model.vae) {
        for (auto& [name, values] : weights_)
            if (!name.starts_with("encoder.") && !name.starts_with("quant_conv."))
                std::fill(values.begin(), values.end(), 0.0f);
        fill("bn.running_var", 1.0f);
        handOn("post_quant_conv.weight", 4, 1);
        for (std::size_t colour = 0; colour < 3; ++colour) {
            tap("decoder.conv_in.weight", colour, colour, 4, 3, 1.0f);
            tap("decoder.conv_in.weight", colour + 3, colour, 4, 3, -1.0f);
            tap("decoder.conv_out.weight", colour, colour, 8, 3, 0.125f);
        }
        weights_["decoder.conv_in.bias"][6] = kConstant;
        weights_["decoder.conv_in.bias"][7] = -kConstant;
        for (const auto& [block, channels] : {std::pair("0", 16), std::pair("1", 16), std::pair("2", 8)})
            handOn("decoder.up_blocks." + std::string(block) + ".upsamplers.0.conv.weight", channels, 3);
        handOn("decoder.up_blocks.2.resnets.0.conv_shortcut.weight", 16, 1);
        fill("decoder.conv_norm_out.weight", 16.0f);
        fill("decoder.conv_norm_out.bias", 8.0f);
        fill("decoder.conv_out.bias", -1.0f);  // -8 · 0.125
    }

    // Of a colour by its latent: half a unit of brightness, a tap of 0.125, the norm's weight over its deviation.
    static double factor() { return 0.5 * 0.125 * 16.0 / std::sqrt((2.0 * kConstant * kConstant + 6.0) / 8.0); }

private:
    static constexpr float kConstant = 16.0f;

    void fill(const std::string& name, float value) {
        for (float& each : weights_.at(name)) each = value;
    }
    // Weights are [outputs, inputs, kernel, kernel].
    void tap(const std::string& name, std::size_t output, std::size_t input, std::size_t inputs, std::size_t kernel,
             float value) {
        weights_.at(name).at((output * inputs + input) * kernel * kernel + kernel * kernel / 2) = value;
    }
    void handOn(const std::string& name, int inputs, std::size_t kernel) {
        const auto count = static_cast<std::size_t>(inputs);
        const std::size_t outputs = weights_.at(name).size() / (count * kernel * kernel);
        for (std::size_t c = 0; c < std::min(outputs, count); ++c) tap(name, c, c, count, kernel, 1.0f);
    }

    std::map<std::string, std::vector<float>>& weights_;
};

ImportReport importLinear(const std::filesystem::path& folder, int threads = 2) {
    SmallModel model = smallModel(Structure::Ternary);
    const LinearDecoder decoder(model);
    writeUnpacked(model, folder / "linear");
    writeText(folder / "linear" / "vae" / "config.json",
              R"({"_class_name":"AutoencoderKLFlux2","latent_channels":4,"norm_num_groups":1,"patch_size":[2,2]})");
    ImportOptions options = importOptions(folder / "linear", folder / "linear.penjing");
    options.threads = threads;
    return mustImport(options);
}

TEST(ImportPreview, IsTheLinearPictureThatADecoderDraws) {
    const TemporaryFolder folder;
    const ImportReport report = importLinear(folder.path());
    ASSERT_TRUE(report.preview);
    EXPECT_TRUE(report.preview->kept);
    EXPECT_GT(report.preview->explained, 0.99);
    EXPECT_LE(report.preview->explained, 1.0);

    const Model model = openModel(folder / "linear.penjing");
    EXPECT_TRUE(model.info().previews);
    const PreviewConfig& preview = model.pack().config().preview;
    ASSERT_EQ(preview.factors.size(), 4u);
    for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t c = 0; c < 3; ++c)
            EXPECT_NEAR(preview.factors[row][c], row == c ? LinearDecoder::factor() : 0.0, 0.006) << row << " " << c;
    for (const float bias : preview.bias) EXPECT_NEAR(bias, 0.5f, 0.02f);
    EXPECT_TRUE(model.verify().ok());
}

TEST(ImportPreview, ShowsWhatIsComing) {
    const TemporaryFolder folder;
    importLinear(folder.path());
    const Model model = openModel(folder / "linear.penjing");
    Pipeline pipeline = openPipeline(model, anyPicture());
    GenerateRequest request;
    request.prompt = "a tree";
    request.width = request.height = 64;
    request.steps = 2;
    request.previewEvery = 1;
    std::vector<std::uint8_t> last;
    const GenerateResult result = mustGenerate(pipeline, request, [&](const Progress& progress) {
        if (progress.preview)
            last = progress.preview->rgb;
    });
    // After the last step it is of the latents that are decoded, and this decoder draws squares of 8 x 8 as previews
    // do.
    EXPECT_GT(psnr(last, result.image.rgb), 30.0);
}

TEST(ImportPreview, SameBytesForAnyNumberOfThreads) {
    const TemporaryFolder folder;
    importLinear(folder.path(), 1);
    const FileBytes once = readFile(folder / "linear.penjing");
    importLinear(folder.path(), 3);
    EXPECT_TRUE(once == readFile(folder / "linear.penjing"));
}

TEST(ImportPreview, APackHasWhatItsReportSays) {
    for (const char* layout : {"ternary-mlx", "binary-unpacked", "small-decoder"}) {
        const ImportedModel& imported = ImportedModel::of(layout);
        ASSERT_TRUE(imported.report.preview) << layout;
        const ImportReport::Preview& preview = *imported.report.preview;
        EXPECT_EQ(imported.model.info().previews, preview.kept) << layout;
        EXPECT_EQ(preview.kept, preview.explained >= 0.25) << layout;
        const std::string& note = imported.report.notes.empty() ? "" : imported.report.notes.back();
        EXPECT_EQ(note.starts_with("no previews: "), !preview.kept) << layout << ": " << note;
    }
}

TEST(ImportPreview, DecodersThatAreTooLargeAreLeftAlone) {
    VaeConfig config;
    config.latentChannels = 4;
    config.decoderBlockOutChannels.assign(4, 32);
    EXPECT_EQ(PreviewStep(config, {}).placeholder().factors.size(), 4u);
    config.decoderBlockOutChannels.assign(6, 4096);
    const TensorPlan plan{
        .name = "vae.decoder.conv_in.weight", .dtype = "BF16", .shape = {}, .layout = {}, .logical = {}, .bytes = 1000};
    EXPECT_EQ(PreviewStep(config, {plan}).work(), 0u);
    EXPECT_TRUE(PreviewStep(config, {plan}).placeholder().factors.empty());
}

TEST(ImportPreview, FittingStopsWhenItIsToldTo) {
    const Result<std::shared_ptr<const Pack>> pack = Pack::open(tinyPack());
    ASSERT_TRUE(pack.ok());
    std::stop_source source;
    const std::unique_ptr<Ops> ops = makeCpuOps(kernels::bestKernelSet(), 2, source.get_token());
    int pictures = 0;
    const auto byCaller = fitPreview(**pack, *ops, [&]() -> Status {
        if (++pictures == 3)
            return Error{ErrorCode::Cancelled, "cancelled"};
        return {};
    });
    ASSERT_FALSE(byCaller.ok());
    EXPECT_EQ(byCaller.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(pictures, 3);

    source.request_stop();
    const auto byFlag = fitPreview(**pack, *ops, [] { return Status(); });
    ASSERT_FALSE(byFlag.ok());
    EXPECT_EQ(byFlag.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace penjing::test
