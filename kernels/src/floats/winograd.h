#pragma once

#include <cstddef>

#include "floats/tile.h"
#include "floats/winograd_transforms.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// Winograd convolution: transforms vectorised over channels, and one matrix product for each of their outputs. Tiles
// are packed [plane][group of kRows tiles][block of 16 input channels][tile][16], weights
// [product][input channel][2·lanes], sums [group][product][tile][2·lanes]. A tile's sums run over its channels in one
// order, whichever tiles it is packed with.
template <class S>
struct Winograd {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;
    static constexpr int B = kWinogradBlock;
    static constexpr int kWidth = 2 * L;
    static constexpr int kRows = kTileRows<S, 2>;
    static_assert(B % L == 0);

    static constexpr WinogradKernels kernels() {
        return {.tileStep = kRows, .packTiles = packTiles, .packWeights = packWeights, .convolve = convolve};
    }

private:
    using Plain = WinogradPlain<S>;
    using Enlarged = WinogradEnlarged<S>;

    static void packTiles(const ConvWindow& window, float* tiles) {
        if (window.upsample)
            pack<Enlarged>(window, tiles);
        else
            pack<Plain>(window, tiles);
    }
    static void packWeights(const float* panel, int inChannels, bool upsample, float* weights) {
        if (upsample)
            transformPanel<Enlarged>(panel, inChannels, weights);
        else
            transformPanel<Plain>(panel, inChannels, weights);
    }
    static void convolve(const WinogradTiles& tiles) {
        if (tiles.upsample)
            run<Enlarged>(tiles);
        else
            run<Plain>(tiles);
    }

    static constexpr int kLineFloats = 16;             // of a cache line
    static constexpr int kBlockWeights = B * kWidth;   // of a block of channels and one product
    static constexpr int kGroupFloats = kRows * B;     // of a group, one plane and block of channels
    static constexpr int kSumFloats = kRows * kWidth;  // of a group and one product

    PENJING_INLINE static int blocksOf(int channels) { return (channels + B - 1) / B; }
    PENJING_INLINE static int groupsOf(int tiles) { return (tiles + kRows - 1) / kRows; }
    PENJING_INLINE static std::ptrdiff_t planeStride(int groups, int blocks) {
        return static_cast<std::ptrdiff_t>(groups) * blocks * kGroupFloats + kWinogradPad;
    }

    // Input --------------------------------------------------------------------------------------------------------

    // Where a tile's pixels are: `inside` if all of them are in the image.
    struct Source {
        int row, column;
        bool inside;
    };

    // A group's block of channels is transformed into a copy in the first-level cache, then every plane's part of it
    // goes to its place at once.
    template <class T>
    static void pack(const ConvWindow& w, float* tiles) {
        constexpr int P = T::kPlanes * T::kPlanes;
        const int across = (w.columns - 2) / kWinogradTile, count = (w.rows - 2) / kWinogradTile * across;
        const int blocks = blocksOf(w.channels), groups = groupsOf(count);
        const std::ptrdiff_t stride = planeStride(groups, blocks);
        for (int group = 0; group < groups; ++group) {
            Source sources[kRows];
            for (int i = 0; i < kRows; ++i) {
                const int tile =
                    group * kRows + i < count ? group * kRows + i : count - 1;  // repeated: sums nobody reads
                sources[i] = sourceOf<T>(w, tile / across, tile % across);
            }
            for (int block = 0; block < blocks; ++block, tiles += kGroupFloats) {
                alignas(64) float copy[P * kGroupFloats];
                for (int i = 0; i < kRows; ++i) packTile<T>(w, sources[i], block * B, copy + i * B);
                for (int plane = 0; plane < P; ++plane) PENJING_UNROLL(16)
                for (int i = 0; i < kGroupFloats; i += L)
                    S::store(tiles + plane * stride + i, S::load(copy + plane * kGroupFloats + i));
            }
        }
    }

    template <class T>
    PENJING_INLINE static Source sourceOf(const ConvWindow& w, int tileRow, int tileColumn) {
        int row = w.firstRow + tileRow * kWinogradTile, column = w.firstColumn + tileColumn * kWinogradTile;
        if constexpr (T::kInputs == 4) {  // enlarged row 2i − 1 is row i − 1
            row = (row + 1) / 2 - 1;
            column = (column + 1) / 2 - 1;
        }
        const bool inside = row >= 0 && column >= 0 && row + T::kInputs <= w.height && column + T::kInputs <= w.width;
        return {row, column, inside};
    }

    template <class T>
    static void packTile(const ConvWindow& w, const Source& source, int channel, float* out) {
        constexpr int N = T::kInputs;
        const std::ptrdiff_t rowStride = static_cast<std::ptrdiff_t>(w.width) * w.channels;
        const float* first = w.x + source.row * rowStride + static_cast<std::ptrdiff_t>(source.column) * w.channels;
        for (int v = 0; v < B; v += L) {
            const int c = channel + v;
            if (source.inside && c + L <= w.channels) {
                transformInput<T>(first + c, rowStride, w.channels, out + v);
            } else {
                alignas(64) float pixels[N * N * L];
                gather<N>(w, source, c, pixels);
                transformInput<T>(pixels, N * L, L, out + v);
            }
        }
    }

    // One vector of channels of all pixels of a tile; zero what lies outside.
    template <int N>
    static void gather(const ConvWindow& w, const Source& source, int channel, float* pixels) {
        const int lanes = w.channels - channel < 0 ? 0 : w.channels - channel < L ? w.channels - channel : L;
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j, pixels += L) {
                const int row = source.row + i, column = source.column + j;
                const bool inside = row >= 0 && column >= 0 && row < w.height && column < w.width;
                const std::ptrdiff_t pixel = static_cast<std::ptrdiff_t>(row) * w.width + column;
                S::store(pixels,
                         inside && lanes > 0 ? S::loadPartial(w.x + pixel * w.channels + channel, lanes) : S::zero());
            }
    }

    template <class T>
    PENJING_INLINE static void transformInput(const float* p, std::ptrdiff_t rowStride, std::ptrdiff_t pixelStride,
                                              float* out) {
        constexpr int N = T::kInputs;
        Float columns[N][N];  // [column][plane]
        PENJING_UNROLL(6) for (int j = 0; j < N; ++j) {
            Float d[N];
            PENJING_UNROLL(6) for (int i = 0; i < N; ++i) d[i] = S::load(p + i * rowStride + j * pixelStride);
            T::input(d, columns[j]);
        }
        PENJING_UNROLL(6) for (int i = 0; i < N; ++i) {
            Float d[N], v[N];
            PENJING_UNROLL(6) for (int j = 0; j < N; ++j) d[j] = columns[j][i];
            T::input(d, v);
            PENJING_UNROLL(6) for (int j = 0; j < N; ++j, out += kGroupFloats) S::store(out, v[j]);
        }
    }

    // Weights ------------------------------------------------------------------------------------------------------

    template <class T>
    static void transformPanel(const float* panel, int inChannels, float* weights) {
        const int padded = blocksOf(inChannels) * B;
        const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(padded) * kWidth;
        for (int c = 0; c < padded; ++c, weights += kWidth)
            for (int v = 0; v < kWidth; v += L) {
                if (c < inChannels) {
                    const int first = c / kConvBlock * kConvBlock;
                    const int block = inChannels - first < kConvBlock ? inChannels - first : kConvBlock;
                    const float* taps = panel + (static_cast<std::ptrdiff_t>(first) * 9 + (c - first)) * kWidth;
                    transformWeights<T>(taps + v, static_cast<std::ptrdiff_t>(block) * kWidth, weights + v, stride);
                } else {
                    for (int k = 0; k < T::kProducts * T::kProducts; ++k) S::store(weights + v + k * stride, S::zero());
                }
            }
    }

    template <class T>
    PENJING_INLINE static void transformWeights(const float* taps, std::ptrdiff_t tapStride, float* out,
                                                std::ptrdiff_t stride) {
        constexpr int N = T::kProducts;
        Float columns[3][N];
        PENJING_UNROLL(3) for (int j = 0; j < 3; ++j) {
            Float g[3];
            PENJING_UNROLL(3) for (int i = 0; i < 3; ++i) g[i] = S::load(taps + (i * 3 + j) * tapStride);
            T::weights(g, columns[j]);
        }
        PENJING_UNROLL(6) for (int i = 0; i < N; ++i) {
            Float g[3], u[N];
            PENJING_UNROLL(3) for (int j = 0; j < 3; ++j) g[j] = columns[j][i];
            T::weights(g, u);
            PENJING_UNROLL(6) for (int j = 0; j < N; ++j, out += stride) S::store(out, u[j]);
        }
    }

    // Products and output ------------------------------------------------------------------------------------------

    template <class T>
    static void run(const WinogradTiles& t) {
        constexpr int N = T::kProducts;
        const int tiles = t.tilesDown * t.tilesAcross, groups = groupsOf(tiles), blocks = blocksOf(t.inChannels);
        const std::ptrdiff_t plane = planeStride(groups, blocks);
        const float* weights = t.weights;
        for (int k = 0; k < N * N; ++k, weights += blocks * kBlockWeights) {
            const float* planes = t.tiles + (T::planeOf(k / N) * T::kPlanes + T::planeOf(k % N)) * plane;
            multiply(planes, weights, groups, blocks, t.sums + k * kSumFloats, N * N * kSumFloats);
        }
        for (int tile = 0; tile < tiles; ++tile)
            for (int channel = 0; channel < t.outChannels; channel += L) {
                const float* sums = t.sums + tile / kRows * (N * N * kSumFloats) + tile % kRows * kWidth + channel;
                if (t.outChannels - channel < L)
                    transformOutput<T, false>(t, tile, sums, channel);
                else
                    transformOutput<T, true>(t, tile, sums, channel);
            }
    }

    // One product of all groups. While the last groups are multiplied the weights of the next product, which lie behind
    // these, are fetched into the second-level cache: they come from memory as fast as one group takes them, not
    // faster.
    static void multiply(const float* tiles, const float* weights, int groups, int blocks, float* sums,
                         std::ptrdiff_t groupSums) {
        const float* next = weights + blocks * kBlockWeights;
        const int ahead = (kBlockWeights / kLineFloats + groups - 1) / groups * kLineFloats;  // of a group's block
        for (int group = 0; group < groups; ++group, sums += groupSums) {
            Tile<S, kRows, 2> tile;
            tile.clear();
            const float* w = weights;
            for (int block = 0; block < blocks; ++block, tiles += kGroupFloats, w += kBlockWeights, next += ahead) {
                for (int i = 0; i < ahead; i += kLineFloats) __builtin_prefetch(next + i, 0, 2);
                tile.template accumulate<B, 1>(tiles, w, B);
            }
            tile.store(sums, kWidth);
        }
    }

    // kWhole: as many channels as a vector has.
    template <class T, bool kWhole>
    static void transformOutput(const WinogradTiles& t, int tile, const float* sums, int channel) {
        constexpr int N = T::kProducts, M = kWinogradTile;
        Float columns[N][M];
        PENJING_UNROLL(6) for (int j = 0; j < N; ++j) {
            Float m[N];
            PENJING_UNROLL(6) for (int i = 0; i < N; ++i) m[i] = S::load(sums + (i * N + j) * kSumFloats);
            T::output(m, columns[j]);
        }
        const int lanes = t.outChannels - channel;
        const auto load = [&](const float* p) { return kWhole ? S::load(p) : S::loadPartial(p, lanes); };
        const Float bias = t.bias != nullptr ? load(t.bias + channel) : S::zero();
        const int row = tile / t.tilesAcross * M, column = tile % t.tilesAcross * M;
        const int rows = t.rows - row, width = t.columns - column;
        const std::ptrdiff_t first = row * t.rowStride + column * t.pixelStride + channel;
        PENJING_UNROLL(4) for (int i = 0; i < M; ++i) {
            if (i >= rows)
                break;
            Float m[N], y[M];
            PENJING_UNROLL(6) for (int j = 0; j < N; ++j) m[j] = columns[j][i];
            T::output(m, y);
            PENJING_UNROLL(4) for (int j = 0; j < M; ++j) {
                if (j >= width)
                    break;
                const std::ptrdiff_t pixel = first + i * t.rowStride + j * t.pixelStride;
                Float value = S::add(y[j], bias);
                if (t.residual != nullptr)
                    value = S::add(value, load(t.residual + pixel));
                if constexpr (kWhole)
                    S::store(t.y + pixel, value);
                else
                    S::storePartial(t.y + pixel, value, lanes);
            }
        }
    }
};

}  // namespace penjing::kernels
