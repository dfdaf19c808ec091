#pragma once

#include <cstddef>
#include <cstring>

#include "penjing/kernels/float.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// The input of a convolution tile as [row][block of kConvBlock channels][column][kConvBlock]. Pixel::kFloats is the
// size of a pixel's block in floats; Pixel::copy(source, valid, out) packs one from `valid` channels.
template <class Pixel>
struct ConvWindowPacking {
    static constexpr int B = kConvBlock;

    static void pack(const ConvWindow& w, float* window) {
        const int blocks = (w.channels + B - 1) / B;
        for (int r = 0; r < w.rows; ++r) {
            const int enlargedRow = w.firstRow + r;
            const int row = w.upsample ? enlargedRow / 2 : enlargedRow;
            if (enlargedRow < 0 || row >= w.height) {
                const std::size_t line =
                    static_cast<std::size_t>(blocks) * static_cast<std::size_t>(w.columns) * Pixel::kFloats;
                std::memset(window, 0, line * sizeof(float));
                window += line;
                continue;
            }
            const float* source = w.x + static_cast<std::ptrdiff_t>(row) * w.width * w.channels;
            for (int first = 0; first < w.channels; first += B, window += w.columns * Pixel::kFloats)
                packBlock(w, source + first, w.channels - first < B ? w.channels - first : B, window);
        }
    }

private:
    // One block of channels of one image row: zeros left of the image, pixels (each twice if enlarged), zeros right of
    // it.
    PENJING_INLINE static void packBlock(const ConvWindow& w, const float* source, int valid, float* out) {
        const int width = w.upsample ? 2 * w.width : w.width;
        const int end = w.firstColumn + w.columns;
        int column = w.firstColumn;
        for (; column < 0; ++column, out += Pixel::kFloats) clearPixel(out);
        const int inside = end < width ? end : width;
        if (valid == B && !w.upsample) {
            const float* pixel = source + static_cast<std::ptrdiff_t>(column) * w.channels;
            for (; column < inside; ++column, out += Pixel::kFloats, pixel += w.channels) Pixel::copy(pixel, B, out);
        }
        for (; column < inside; ++column, out += Pixel::kFloats) {
            const float* pixel = source + static_cast<std::ptrdiff_t>(w.upsample ? column / 2 : column) * w.channels;
            if (valid == B)
                Pixel::copy(pixel, B, out);
            else
                Pixel::copy(pixel, valid, out);
        }
        for (; column < end; ++column, out += Pixel::kFloats) clearPixel(out);
    }
    PENJING_INLINE static void clearPixel(float* out) { std::memset(out, 0, Pixel::kFloats * sizeof(float)); }
};

}  // namespace penjing::kernels
