#pragma once

#include <cstring>

#include "avx512bf16/pair_tile.h"
#include "floats/conv_window.h"
#include "pairs/pair_packing.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// Convolution as an implicit matrix product (floats/convolution.h) with bfloat16 factors. S is a PairVectors. Depth is
// (kernel row, block of 8 input channels, kernel column, channel of the block): in the packed window the lines of
// consecutive (kernel row, block) are equally far apart, so that one register tile walks through all of them. The
// channels that fill the last block up are zero on both sides.
template <class S>
struct PairConvolution {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;
    static constexpr int B = kConvBlock;
    static constexpr int kBlockPairs = B / 2;
    static constexpr int kRows = 12;       // pixels of one register tile
    static constexpr int kColumnStep = 4;  // register tiles have 12, 8 or 4 rows
    static_assert(kPairChunk % B == 0 && kConvLanes <= kMaxPairRows);

    static void packChannels(const float* weights, int count, int kernel, int inChannels, int width, float* panel) {
        const int taps = kernel * kernel;
        const std::ptrdiff_t rowStride = static_cast<std::ptrdiff_t>(taps) * inChannels;
        for (int tap = 0; tap < taps; ++tap)
            for (int first = 0; first < inChannels; first += kPairChunk) {
                const int valid = inChannels - first < kPairChunk ? inChannels - first : kPairChunk;
                alignas(64) float columns[kPairChunk / 2 * kConvLanes] = {};
                transposePairs<S>(weights + tap * inChannels + first, rowStride, count, valid, 1.0f, columns,
                                  kConvLanes);
                for (int block = 0; block * B < valid; ++block) {
                    const std::ptrdiff_t row = panelRow(kernel, inChannels, tap, first / B + block);
                    copyColumns(columns + block * kBlockPairs * kConvLanes, count, panel + row * width, width);
                }
            }
    }

    static void run(const ConvTile& tile) {
        if (tile.panelChannels > L)
            runPanel<2>(tile);
        else
            runPanel<1>(tile);
    }

    static constexpr ConvKernels kernels() {
        return {.factors = Factors::BF16,
                .columnStep = kColumnStep,
                .packWindow = ConvWindowPacking<Pixel>::pack,
                .packChannels = packChannels,
                .convolve = run};
    }

private:
    struct Pixel {
        static constexpr int kFloats = kBlockPairs;
        PENJING_INLINE static void copy(const float* source, int valid, float* out) {
            S::storeEight(out, S::toHalf(S::loadPartial(source, valid)));
        }
    };

    struct Pixels {
        static constexpr int kRowStep = kBlockPairs, kPairStep = 1;
    };

    PENJING_INLINE static int blocksOf(int channels) { return (channels + B - 1) / B; }

    // Row of the panel that holds the first pair of this tap and block of input channels.
    PENJING_INLINE static std::ptrdiff_t panelRow(int kernel, int inChannels, int tap, int block) {
        const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(tap / kernel) * blocksOf(inChannels) + block;
        return (line * kernel + tap % kernel) * kBlockPairs;
    }

    // A block's pairs of `count` channels. memcpy: as floats these bits may be anything.
    PENJING_INLINE static void copyColumns(const float* columns, int count, float* panel, int width) {
        for (int pair = 0; pair < kBlockPairs; ++pair, columns += kConvLanes, panel += width) {
            if (count == kConvLanes)
                std::memcpy(panel, columns, kConvLanes * sizeof(float));
            else
                for (int lane = 0; lane < count; ++lane) std::memcpy(panel + lane, columns + lane, sizeof(float));
        }
    }

    // Lines are walked in chunks whose weights stay in the first-level cache while all pixels of the tile pass; between
    // chunks the sums wait in y.
    static constexpr int kChunkFloats = 5120;

    template <int NV>
    static void runPanel(const ConvTile& t) {
        alignas(64) float bias[NV * L] = {};
        if (t.bias != nullptr)
            for (int i = 0; i < t.panelChannels; ++i) bias[i] = t.bias[i];
        const int lines = t.kernel * blocksOf(t.inChannels);
        const int fit = kChunkFloats / (t.kernel * kBlockPairs * NV * L);
        const int chunk = fit > 1 ? fit : 1;
        for (int first = 0; first < lines; first += chunk) {
            const int end = first + chunk < lines ? first + chunk : lines;
            for (int r = 0; r < t.rows; ++r)
                for (int c = 0; c < t.columns; c += kRows) pixels<NV>(t, r, c, first, end, bias);
        }
    }

    // Whole register tiles go to y at once; the others, and a residual, pass through a copy.
    template <int NV>
    static void pixels(const ConvTile& t, int row, int column, int firstLine, int endLine, const float* bias) {
        constexpr int kWidth = NV * L;
        alignas(64) float copy[kRows * kWidth];
        const int valid = t.columns - column < kRows ? t.columns - column : kRows;
        const std::ptrdiff_t offset = row * t.rowStride + column * t.pixelStride;
        const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(row) * blocksOf(t.inChannels) + firstLine;
        const bool whole = t.panelChannels == kWidth && valid % kColumnStep == 0;
        PairProduct product{
            .x = t.window + (line * t.windowColumns + column) * kBlockPairs,
            .lineStride = static_cast<std::ptrdiff_t>(t.windowColumns) * kBlockPairs,
            .lines = endLine - firstLine,
            .pairs = t.kernel * kBlockPairs,
            .columns = t.panel + static_cast<std::ptrdiff_t>(firstLine) * t.kernel * kBlockPairs * kWidth,
            .start = copy,
            .startStride = kWidth,
            .sums = whole ? t.y + offset : copy,
            .sumStride = whole ? t.pixelStride : kWidth};
        if (firstLine > 0) {
            if (whole) {
                product.start = product.sums;
                product.startStride = product.sumStride;
            } else {
                loadRows<NV>(t, t.y + offset, valid, copy);
            }
        } else if (t.residual != nullptr) {
            // Now, not at the end: the residual may be y itself, which holds the sums from the first chunk on.
            loadRows<NV>(t, t.residual + offset, valid, copy);
            addToRows<NV>(bias, copy);
        } else {
            product.start = bias;
            product.startStride = 0;
        }
        PairTile<S, NV, Pixels>::multiplyAdd(product, valid);
        if (!whole)
            storeRows<NV>(t, copy, valid, t.y + offset);
    }

    // Valid lanes of vector v: all but those of the panel's last vector.
    PENJING_INLINE static int lanesOf(const ConvTile& t, int v) {
        const int rest = t.panelChannels - v * L;
        return rest < L ? rest : L;
    }

    // Rows beyond `valid` become zero.
    template <int NV>
    PENJING_INLINE static void loadRows(const ConvTile& t, const float* p, int valid, float* copy) {
        for (int r = 0; r < kRows; ++r)
            for (int v = 0; v < NV; ++v)
                S::store(copy + (r * NV + v) * L,
                         r < valid ? S::loadPartial(p + r * t.pixelStride + v * L, lanesOf(t, v)) : S::zero());
    }
    template <int NV>
    PENJING_INLINE static void addToRows(const float* row, float* copy) {
        for (int r = 0; r < kRows; ++r)
            for (int v = 0; v < NV; ++v) {
                float* p = copy + (r * NV + v) * L;
                S::store(p, S::add(S::load(p), S::load(row + v * L)));
            }
    }
    template <int NV>
    PENJING_INLINE static void storeRows(const ConvTile& t, const float* copy, int valid, float* p) {
        for (int r = 0; r < valid; ++r)
            for (int v = 0; v < NV; ++v)
                S::storePartial(p + r * t.pixelStride + v * L, S::load(copy + (r * NV + v) * L), lanesOf(t, v));
    }
};

}  // namespace penjing::kernels
