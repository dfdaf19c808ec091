#include "import/decoder_samples.h"

#include <algorithm>
#include <cmath>

#include "noise/noise.h"
#include "vae/latent_image.h"
#include "vae/vae_decoder.h"

namespace penjing {
namespace {

// Tokens a side: few, since the decoder's time is what a sample costs, yet with more middle than border.
constexpr int kGrid = 8;
// Sides of the squares, in latent pixels, that random latents are a sum of: small areas of one colour.
constexpr std::array kSquareSides{2, 4};
// Of the latents, of which real ones have 1. Independent channels make nothing that a decoder has learnt; nearer to the
// mean it behaves more as it does for pictures. Both were chosen by what fits of Seedling's decoder explain of
// pictures that it drew: 0.73 to 0.75 of their variance; of full deviation 0.70, of squares of 1 latent pixel 0.58, of
// real pictures 0.84.
constexpr float kDeviation = 0.5f;

// The latents [side, side, channels], standard normal, are constant over squares of `square` pixels; adds `weight` of
// them to `image`.
void addSquares(std::uint64_t seed, int square, float weight, const Image2d& image) {
    const int cells = (image.width + square - 1) / square;
    const auto count = static_cast<std::size_t>(cells) * static_cast<std::size_t>(cells * image.channels);
    const std::vector<float> noise = torchNormal(seed, count);
    float* pixel = image.data;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x, pixel += image.channels) {
            const float* cell =
                noise.data() + static_cast<std::ptrdiff_t>(y / square * cells + x / square) * image.channels;
            for (int c = 0; c < image.channels; ++c) pixel[c] += weight * cell[c];
        }
}

// Latent picture of mean 0.
void fillWithNoise(int picture, const Image2d& image) {
    const float weight = kDeviation / std::sqrt(static_cast<float>(kSquareSides.size()));
    std::uint64_t seed = static_cast<std::uint64_t>(picture) * kSquareSides.size();
    for (const int square : kSquareSides) addSquares(seed++, square, weight, image);
}

// The opposite of unpackLatents without its normalisation: [grid·grid tokens, patched channels].
std::vector<float> packed(int patch, const Image2d& image) {
    const int patched = image.channels * patch * patch;
    std::vector<float> tokens(image.asMatrix().rows * static_cast<std::size_t>(image.channels));
    const float* value = image.data;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const int token = y / patch * kGrid + x / patch;
            const int offset = y % patch * patch + x % patch;
            for (int c = 0; c < image.channels; ++c)
                tokens[static_cast<std::size_t>(token * patched + c * patch * patch + offset)] = *value++;
        }
    return tokens;
}

// Over the pixels [y·scale, (y + 1)·scale) x [x·scale, (x + 1)·scale), clamped as they are when they are shown.
std::array<double, 3> meanColour(const Image2d& rgb, int y, int x, int scale) {
    std::array<double, 3> colour{};
    for (int row = y * scale; row < (y + 1) * scale; ++row) {
        const float* pixel = rgb.data + (static_cast<std::ptrdiff_t>(row) * rgb.width + x * scale) * rgb.channels;
        for (int i = 0; i < scale; ++i)
            for (double& sum : colour) sum += std::clamp(0.5 * static_cast<double>(*pixel++) + 0.5, 0.0, 1.0);
    }
    for (double& value : colour) value /= scale * scale;
    return colour;
}

}  // namespace

Result<DecoderSamples> sampleDecoder(const Pack& pack, Ops& ops, int picture) {
    const VaeConfig& config = pack.config().vae;
    const int side = kGrid * config.patch;
    const std::size_t count = static_cast<std::size_t>(side) * static_cast<std::size_t>(side) *
                              static_cast<std::size_t>(config.latentChannels);
    DecoderSamples samples{std::vector<float>(count), {}};
    const Image2d latents{samples.latents.data(), side, side, config.latentChannels};
    fillWithNoise(picture, latents);
    const std::vector<float> tokens = packed(config.patch, latents);
    const ConstMat matrix{tokens.data(), kGrid * kGrid, config.patchedChannels(), config.patchedChannels()};
    unpackLatents(config, pack.vector("vae.bn.running_mean"), pack.vector("vae.bn.running_var"), matrix, kGrid,
                  latents);

    Result<Workspace> workspace = Workspace::reserve(decoderSampleFloats(config));
    if (!workspace)
        return workspace.error();
    const Result<Image2d> rgb = VaeDecoder(pack).decode(ops, Precision::Int8, *workspace, matrix, kGrid, kGrid);
    if (!rgb)
        return rgb.error();
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) samples.colours.push_back(meanColour(*rgb, y, x, config.scale()));
    return samples;
}

std::size_t decoderSampleFloats(const VaeConfig& config) {
    return VaeDecoder::workspaceFloats(config, kGrid, kGrid);
}

}  // namespace penjing
