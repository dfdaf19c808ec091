#pragma once

#include <cstring>
#include <numeric>

#include "floats/conv_window.h"
#include "floats/tile.h"
#include "floats/transpose.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// Convolution as an implicit matrix product: rows are the pixels of an image row, columns are output channels, depth is
// (block of 8 input channels, kernel row, kernel column, channel of the block). In the packed window the pixels of a
// block lie side by side, so that the kernel columns of one pixel are one contiguous run and no im2col matrix is
// written.
template <class S>
struct Convolution {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;
    static constexpr int B = kConvBlock;
    static constexpr int kColumnStep = std::lcm(kTileRows<S, 1>, kTileRows<S, 2>);

    static void packChannels(const float* weights, int count, int kernel, int inChannels, int width, float* panel) {
        const int taps = kernel * kernel;
        const std::ptrdiff_t rowStride = static_cast<std::ptrdiff_t>(taps) * inChannels;
        for (int first = 0; first < inChannels; first += B) {
            const int valid = inChannels - first < B ? inChannels - first : B;
            for (int tap = 0; tap < taps; ++tap, panel += valid * width)
                transpose<S>(weights + tap * inChannels + first, rowStride, count, valid, panel, width);
        }
    }

    static void run(const ConvTile& tile) {
        if (tile.panelChannels > L)
            runPanel<2>(tile);
        else
            runPanel<1>(tile);
    }

    static constexpr ConvKernels kernels() {
        return {.factors = Factors::F32,
                .columnStep = kColumnStep,
                .packWindow = ConvWindowPacking<Pixel>::pack,
                .packChannels = packChannels,
                .convolve = run};
    }

private:
    struct Pixel {
        static constexpr int kFloats = B;
        PENJING_INLINE static void copy(const float* source, int valid, float* out) {
            if (valid == B) {
                std::memcpy(out, source, B * sizeof(float));
            } else {
                for (int i = 0; i < B; ++i) out[i] = i < valid ? source[i] : 0.0f;
            }
        }
    };

    // Depth is walked in chunks whose weights stay in the first-level cache while all pixels of the tile pass; between
    // chunks the sums wait in y.
    static constexpr int kChunkFloats = 5120;

    template <int NV>
    static void runPanel(const ConvTile& t) {
        const int depthPerBlock = t.kernel * t.kernel * B;
        const int blocks = (t.inChannels + B - 1) / B;
        const int fit = kChunkFloats / (depthPerBlock * NV * L);
        const int chunk = fit > 1 ? fit : 1;
        for (int first = 0; first < blocks; first += chunk) {
            const int end = first + chunk < blocks ? first + chunk : blocks;
            for (int r = 0; r < t.rows; ++r)
                for (int c = 0; c < t.columns; c += kTileRows<S, NV>) {
                    if (t.kernel == 3)
                        pixels<NV, 3>(t, r, c, first, end);
                    else
                        pixels<NV, 1>(t, r, c, first, end);
                }
        }
    }

    template <int NV, int K>
    static void pixels(const ConvTile& t, int row, int column, int firstBlock, int endBlock) {
        constexpr int MR = kTileRows<S, NV>;
        const int blocks = (t.inChannels + B - 1) / B;
        const int valid = t.columns - column < MR ? t.columns - column : MR;
        const std::ptrdiff_t offset = row * t.rowStride + column * t.pixelStride;
        Tile<S, MR, NV> tile;
        if (firstBlock == 0) {
            startWithBias<NV>(tile, t);
            // Now, not at the end: the residual may be y itself, which holds the sums from the first chunk on.
            if (t.residual != nullptr)
                addRows<NV>(tile, t, t.residual + offset, valid);
        } else {
            loadRows<NV>(tile, t, t.y + offset, valid);
        }

        const float* weights = t.panel + static_cast<std::ptrdiff_t>(firstBlock) * K * K * B * NV * L;
        for (int b = firstBlock; b < endBlock; ++b) {
            const int channels = t.inChannels - b * B < B ? t.inChannels - b * B : B;
            for (int ky = 0; ky < K; ++ky) {
                const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(row + ky) * blocks + b;
                const float* x = t.window + (line * t.windowColumns + column) * B;
                if (channels == B) {
                    tile.template accumulate<B, 1>(x, weights, K * B);
                    weights += K * B * NV * L;
                } else {
                    for (int kx = 0; kx < K; ++kx, weights += channels * NV * L)
                        tile.template accumulate<B, 1>(x + kx * B, weights, channels);
                }
            }
        }
        storeRows<NV>(tile, t, t.y + offset, valid);
    }

    template <int NV>
    PENJING_INLINE static void startWithBias(Tile<S, kTileRows<S, NV>, NV>& tile, const ConvTile& t) {
        tile.clear();
        if (t.bias == nullptr)
            return;
        PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) {
            const Float bias = S::loadPartial(t.bias + v * L, lanesOf(t, v));
            PENJING_UNROLL(16) for (int r = 0; r < kTileRows<S, NV>; ++r) tile.c[r][v] = bias;
        }
    }

    // Valid lanes of vector v: all but those of the panel's last vector.
    PENJING_INLINE static int lanesOf(const ConvTile& t, int v) {
        const int rest = t.panelChannels - v * L;
        return rest < L ? rest : L;
    }

    template <int NV>
    PENJING_INLINE static void loadRows(Tile<S, kTileRows<S, NV>, NV>& tile, const ConvTile& t, const float* p,
                                        int valid) {
        PENJING_UNROLL(16)
        for (int r = 0; r < kTileRows<S, NV>; ++r) PENJING_UNROLL(2)
        for (int v = 0; v < NV; ++v)
            tile.c[r][v] = r < valid ? S::loadPartial(p + r * t.pixelStride + v * L, lanesOf(t, v)) : S::zero();
    }
    template <int NV>
    PENJING_INLINE static void addRows(Tile<S, kTileRows<S, NV>, NV>& tile, const ConvTile& t, const float* p,
                                       int valid) {
        PENJING_UNROLL(16)
        for (int r = 0; r < kTileRows<S, NV>; ++r)
            if (r < valid)
                PENJING_UNROLL(2)
        for (int v = 0; v < NV; ++v)
            tile.c[r][v] = S::add(tile.c[r][v], S::loadPartial(p + r * t.pixelStride + v * L, lanesOf(t, v)));
    }
    template <int NV>
    PENJING_INLINE static void storeRows(const Tile<S, kTileRows<S, NV>, NV>& tile, const ConvTile& t, float* p,
                                         int valid) {
        PENJING_UNROLL(16)
        for (int r = 0; r < kTileRows<S, NV>; ++r)
            if (r < valid)
                PENJING_UNROLL(2)
        for (int v = 0; v < NV; ++v) S::storePartial(p + r * t.pixelStride + v * L, tile.c[r][v], lanesOf(t, v));
    }
};

}  // namespace penjing::kernels
