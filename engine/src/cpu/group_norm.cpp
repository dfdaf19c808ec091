#include <algorithm>

#include "cpu/channel_pattern.h"
#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "ops/group_moments.h"
#include "penjing/kernels/float.h"

namespace penjing {
namespace {

constexpr int kMaxChunks = 256;
constexpr int kMinChunkFloats = 16384;

// The image as runs of whole pixels. It depends on the image only, so that sums are added in the same order for any
// number of threads; a run is a multiple of `lanes` pixels, so that each starts where the channel pattern starts.
struct Chunks {
    int pixels = 0;
    int perChunk = 0;
    int count = 0;
    int period = 0;  // see patternPeriod

    Chunks(const Image2d& x, int lanes) : pixels(x.height * x.width), period(patternPeriod(x.channels, lanes)) {
        const int wanted = std::max(pixels / kMaxChunks + 1, kMinChunkFloats / x.channels + 1);
        perChunk = (wanted + lanes - 1) / lanes * lanes;
        count = (pixels + perChunk - 1) / perChunk;
    }
    std::size_t first(int chunk, int channels) const {
        return static_cast<std::size_t>(chunk) * static_cast<std::size_t>(perChunk) *
               static_cast<std::size_t>(channels);
    }
    std::size_t floats(int chunk, int channels) const {
        const int rest = std::min(perChunk, pixels - chunk * perChunk);
        return static_cast<std::size_t>(rest) * static_cast<std::size_t>(channels);
    }
};

// Factor and offset of every channel of group g, from the chunks' sums: sums[chunk][2][period].
void foldGroup(const Chunks& chunks, const double* sums, int channels, int g, const GroupNormArgs& args, float* scale,
               float* shift) {
    const int perGroup = channels / args.groups;
    double sum = 0.0, sumOfSquares = 0.0;
    for (int chunk = 0; chunk < chunks.count; ++chunk) {
        const double* s = sums + static_cast<std::ptrdiff_t>(chunk) * 2 * chunks.period;
        for (int start = g * perGroup; start < chunks.period; start += channels)
            for (int c = start; c < start + perGroup; ++c) {
                sum += s[c];
                sumOfSquares += s[chunks.period + c];
            }
    }
    foldGroupMoments(sum, sumOfSquares, static_cast<double>(chunks.pixels) * perGroup, g, channels, args, scale, shift);
}

}  // namespace

Status CpuOps::groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) {
    if (args.groups <= 0 || x.channels <= 0 || x.channels % args.groups != 0)
        return shapeError("groupNormFactors");
    const Chunks chunks(x, floats().lanes);
    const std::size_t period = static_cast<std::size_t>(chunks.period);
    double* sums = doubleScratch_.reserve(2 * period * static_cast<std::size_t>(chunks.count));
    if (sums == nullptr)
        return scratchError("groupNormFactors");
    PENJING_TRY(forEachChunk(chunks.count, threads_, stop_, [&](int chunk, int) {
        double* s = sums + static_cast<std::size_t>(chunk) * 2 * period;
        floats().patternSums(x.data + chunks.first(chunk, x.channels), chunks.floats(chunk, x.channels), chunks.period,
                             s, s + period);
    }));
    for (int g = 0; g < args.groups; ++g) foldGroup(chunks, sums, x.channels, g, args, scale, shift);
    return {};
}

Status CpuOps::addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) {
    const std::size_t period = static_cast<std::size_t>(patternPeriod(x.channels, floats().lanes));
    const std::size_t rowFloats = static_cast<std::size_t>(x.width) * static_cast<std::size_t>(x.channels);
    double* rows = doubleScratch_.reserve(2 * period * static_cast<std::size_t>(x.height));
    if (rows == nullptr)
        return scratchError("addChannelSums");
    PENJING_TRY(forEachChunk(x.height, threads_, stop_, [&](int row, int) {
        double* s = rows + static_cast<std::size_t>(row) * 2 * period;
        floats().patternSums(x.data + static_cast<std::size_t>(row) * rowFloats, rowFloats, static_cast<int>(period), s,
                             s + period);
    }));
    for (int row = 0; row < x.height; ++row) {
        const double* s = rows + static_cast<std::size_t>(row) * 2 * period;
        for (std::size_t i = 0, c = 0; i < period; ++i, c = c + 1 == static_cast<std::size_t>(x.channels) ? 0 : c + 1) {
            sums[c] += s[i];
            sumsOfSquares[c] += s[period + i];
        }
    }
    return {};
}

Status CpuOps::groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) {
    if (x.height != y.height || x.width != y.width || x.channels != y.channels || x.channels <= 0)
        return shapeError("groupNorm");
    const Chunks chunks(x, floats().lanes);
    const std::size_t period = static_cast<std::size_t>(chunks.period);
    float* scale = floatScratch_.reserve(2 * period);
    if (scale == nullptr)
        return scratchError("groupNorm");
    float* shift = scale + period;
    PENJING_TRY(groupNormFactors(x, args, scale, shift));
    repeatPattern(scale, x.channels, chunks.period);
    repeatPattern(shift, x.channels, chunks.period);
    return forEachChunk(chunks.count, threads_, stop_, [&](int chunk, int) {
        const std::size_t first = chunks.first(chunk, x.channels);
        floats().patternAffine(x.data + first, chunks.floats(chunk, x.channels), chunks.period, scale, shift, false,
                               y.data + first);
    });
}

}  // namespace penjing
