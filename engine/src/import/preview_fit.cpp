#include "import/preview_fit.h"

#include <algorithm>
#include <cmath>

namespace penjing {
namespace {

using Colour = std::array<double, 3>;

constexpr double kDecimals = 1e4;
constexpr double kLargest = 9.9999;
// Of the mean diagonal: what keeps channels finite that the decoder ignores or gets twice.
constexpr double kRidge = 1e-6;

// The normal equations of colours = [latent, 1]·X: a symmetric matrix [size, size] and the right-hand side.
struct NormalEquations {
    explicit NormalEquations(std::size_t unknowns) : size(unknowns), matrix(unknowns * unknowns), right(unknowns) {}

    double& at(std::size_t row, std::size_t column) { return matrix[row * size + column]; }

    std::size_t size;
    std::vector<double> matrix;  // lower half
    std::vector<Colour> right;
};

void addPicture(const DecoderSamples& samples, NormalEquations& equations) {
    const std::size_t channels = equations.size - 1;
    std::vector<double> row(equations.size, 1.0);
    for (std::size_t pixel = 0; pixel < samples.colours.size(); ++pixel) {
        std::copy_n(samples.latents.begin() + static_cast<std::ptrdiff_t>(pixel * channels), channels, row.begin());
        for (std::size_t i = 0; i <= channels; ++i) {
            for (std::size_t j = 0; j <= i; ++j) equations.at(i, j) += row[i] * row[j];
            for (std::size_t c = 0; c < 3; ++c) equations.right[i][c] += row[i] * samples.colours[pixel][c];
        }
    }
}

void addRidge(NormalEquations& equations) {
    double trace = 0.0;
    for (std::size_t i = 0; i < equations.size; ++i) trace += equations.at(i, i);
    const double ridge = std::max(kRidge * trace / static_cast<double>(equations.size), 1e-30);
    for (std::size_t i = 0; i < equations.size; ++i) equations.at(i, i) += ridge;
}

// Cholesky's factorisation in place, then both triangular systems.
std::vector<Colour> solve(NormalEquations& equations) {
    const std::size_t n = equations.size;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = equations.at(i, j);
            for (std::size_t k = 0; k < j; ++k) sum -= equations.at(i, k) * equations.at(j, k);
            equations.at(i, j) = i == j ? std::sqrt(sum) : sum / equations.at(j, j);
        }
    std::vector<Colour> x = equations.right;
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t k = 0; k < i; ++k) x[i][c] -= equations.at(i, k) * x[k][c];
            x[i][c] /= equations.at(i, i);
        }
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t k = i + 1; k < n; ++k) x[i][c] -= equations.at(k, i) * x[k][c];
            x[i][c] /= equations.at(i, i);
        }
    }
    return x;
}

std::array<float, 3> rounded(const Colour& row) {
    std::array<float, 3> result{};
    for (std::size_t c = 0; c < 3; ++c) {
        const double limited = std::isfinite(row[c]) ? std::clamp(row[c], -kLargest, kLargest) : 0.0;
        result[c] = static_cast<float>(std::round(limited * kDecimals) / kDecimals);
    }
    return result;
}

}  // namespace

PreviewConfig previewOfSamples(std::span<const DecoderSamples> pictures, int except) {
    NormalEquations equations(pictures.front().latents.size() / pictures.front().colours.size() + 1);
    for (int i = 0; i < static_cast<int>(pictures.size()); ++i)
        if (i != except)
            addPicture(pictures[static_cast<std::size_t>(i)], equations);
    addRidge(equations);
    PreviewConfig preview;
    for (const Colour& row : solve(equations)) preview.factors.push_back(rounded(row));
    preview.bias = preview.factors.back();
    preview.factors.pop_back();
    return preview;
}

double explainedBy(const PreviewConfig& preview, const DecoderSamples& picture) {
    const std::size_t channels = preview.factors.size();
    Colour mean{};
    for (const Colour& colour : picture.colours)
        for (std::size_t c = 0; c < 3; ++c) mean[c] += colour[c] / static_cast<double>(picture.colours.size());
    double error = 0.0, variance = 0.0;
    for (std::size_t pixel = 0; pixel < picture.colours.size(); ++pixel)
        for (std::size_t c = 0; c < 3; ++c) {
            double shown = static_cast<double>(preview.bias[c]);
            for (std::size_t i = 0; i < channels; ++i)
                shown += static_cast<double>(picture.latents[pixel * channels + i]) *
                         static_cast<double>(preview.factors[i][c]);
            const double colour = picture.colours[pixel][c];
            error += (std::clamp(shown, 0.0, 1.0) - colour) * (std::clamp(shown, 0.0, 1.0) - colour);
            variance += (colour - mean[c]) * (colour - mean[c]);
        }
    return variance > 0.0 ? 1.0 - error / variance : 0.0;
}

PreviewConfig longestPreview(int latentChannels) {
    constexpr auto kLongest = static_cast<float>(-kLargest);
    PreviewConfig preview;
    preview.factors.assign(static_cast<std::size_t>(latentChannels), {kLongest, kLongest, kLongest});
    preview.bias = {kLongest, kLongest, kLongest};
    return preview;
}

Result<PreviewFit> fitPreview(const Pack& pack, Ops& ops, const std::function<Status()>& pictureDone) {
    std::vector<DecoderSamples> pictures;
    for (int i = 0; i < kPreviewFitPictures; ++i) {
        Result<DecoderSamples> picture = sampleDecoder(pack, ops, i);
        if (!picture)
            return picture.error();
        pictures.push_back(std::move(*picture));
        PENJING_TRY(pictureDone());
    }
    PreviewFit fit{previewOfSamples(pictures), 0.0};
    for (int i = 0; i < kPreviewFitPictures; ++i)
        fit.explained += explainedBy(previewOfSamples(pictures, i), pictures[static_cast<std::size_t>(i)]);
    fit.explained /= kPreviewFitPictures;
    return fit;
}

}  // namespace penjing
