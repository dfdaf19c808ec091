#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "avx2/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {

// What a product knows of the codes it multiplies; x is in −128…127.
// Small: 0…2. Nibble: 0…15. Signed: −127…127 after decoding. Byte: 0…255 with the zero point 128.
enum class Codes { Small, Nibble, Signed, Byte };

// Rows × 16 channels over a number of quads, then results += float(sums) · (weight scale · activation scale).
struct PanelStep {
    const std::uint8_t* codes;  // steps of kTileChannels · 4 bytes, half of them used
    const std::int8_t* x;       // of Int15 the high plane; steps of 4 · kRowBlock bytes
    const std::int8_t* xLow;    // of Int15
    int quads;                  // even, >= 2
    const std::int32_t* start;  // [rows]: what the sums start from
    const float* weightScales;  // [16]
    const float* xScales;       // [rows]
    float* results;             // [rows][32]
};

// The product of a panel with a block of at most kRowBlock rows, 16 channels at a time, for the sets with 256-bit
// vectors. Dots::run<Codes, Rows, Planes>(PanelStep) does a step; Dots::kQ8 is what it wants q8's codes to be.
template <class Dots>
class PanelMultiply {
public:
    static void multiply(const PanelProduct& product) {
        if (product.bits == ActivationBits::Int15)
            multiplyPlanes<2>(product);
        else
            multiplyPlanes<1>(product);
    }

private:
    static constexpr int kHalfChannels = kTileChannels / 2;  // two registers of eight
    static constexpr int kQuadBytes = kTileChannels * 4;     // of a panel
    alignas(32) static constexpr std::int32_t kNoStart[8] = {};

    // results[r] += offsets · (scale · Σ codes of row r), q4 only.
    template <int Rows>
    static void addOffsets(const float* offsets, const float* halfSums, float* results) {
        for (int r = 0; r < Rows; ++r) {
            const __m256 x = _mm256_set1_ps(halfSums[r]);
            for (int c = 0; c < kHalfChannels; c += 8) {
                float* to = results + r * kTileChannels + c;
                _mm256_store_ps(to, _mm256_fmadd_ps(_mm256_loadu_ps(offsets + c), x, _mm256_load_ps(to)));
            }
        }
    }

    template <int Rows, int Planes>
    static void multiplyQ4(const PanelProduct& product) {
        for (int i = 0; i < 2 * product.groups; ++i)
            for (int channel = 0; channel < kTileChannels; channel += kHalfChannels)
                multiplyHalfGroup<Rows, Planes>(product, i / 2, i % 2, channel);
    }

    template <int Rows, int Planes>
    static void multiplyHalfGroup(const PanelProduct& product, int g, int half, int channel) {
        using Layout = GroupLayout<kRowBlock, Planes>;
        constexpr int kHalfQuads = kQuads / 2;
        const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
        const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(g) * kQ4PanelBytes;
        const auto* codes = reinterpret_cast<const std::uint8_t*>(panel) + half * kHalfQuads * kQuadBytes;
        const auto* scales = reinterpret_cast<const float*>(panel + kPanelCodeBytes) + half * kTileChannels + channel;
        const auto* x = reinterpret_cast<const std::int8_t*>(group) + half * kHalfQuads * kRowBlock * 4;
        float* results = product.results + channel;
        Dots::template run<Codes::Nibble, Rows, Planes>({
            .codes = codes + 4 * channel,
            .x = x,
            .xLow = x + Layout::kLowCodes,
            .quads = kHalfQuads,
            .start = kNoStart,
            .weightScales = scales,
            .xScales = reinterpret_cast<const float*>(group + Layout::kScales),
            .results = results,
        });
        const auto* halfSums = reinterpret_cast<const float*>(group + Layout::kHalfSums) + half * kRowBlock;
        addOffsets<Rows>(scales + 2 * kTileChannels, halfSums, results);
    }

    // Σ (code − zero) x = Σ code · x − zero · Σ x: the sums start at the second term.
    template <Codes Kind>
    static const std::int32_t* startOf(const std::int32_t* negativeSums, std::int32_t (&scaled)[kRowBlock]) {
        if constexpr (Kind == Codes::Small) {
            return negativeSums;
        } else if constexpr (Kind == Codes::Byte) {
            for (int r = 0; r < kRowBlock; ++r) scaled[r] = negativeSums[r] * 128;
            return scaled;
        } else {
            return kNoStart;
        }
    }

    // A group of one half of the channels after the other: both halves of a panel's lines are fetched together.
    // kAtOnce: rows of a step.
    template <Codes Kind, int Rows, int kAtOnce, int Planes>
    static void multiplyGroups(const PanelProduct& product) {
        using Layout = GroupLayout<kRowBlock, Planes>;
        std::int32_t scaled[kRowBlock];
        for (int g = 0; g < product.groups; ++g) {
            const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
            const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(g) * kPanelBytes;
            const auto* codes = reinterpret_cast<const std::uint8_t*>(panel);
            const auto* weightScales = reinterpret_cast<const float*>(panel + kPanelCodeBytes);
            const auto* xScales = reinterpret_cast<const float*>(group + Layout::kScales);
            const std::int32_t* start =
                startOf<Kind>(reinterpret_cast<const std::int32_t*>(group + Layout::kNegativeSums), scaled);
            for (int channel = 0; channel < kTileChannels; channel += kHalfChannels)
                for (int row = 0; row < Rows; row += kAtOnce) {
                    const auto* x = reinterpret_cast<const std::int8_t*>(group) + 4 * row;
                    Dots::template run<Kind, kAtOnce, Planes>({
                        .codes = codes + 4 * channel,
                        .x = x,
                        .xLow = x + Layout::kLowCodes,
                        .quads = kQuads,
                        .start = start + row,
                        .weightScales = weightScales + channel,
                        .xScales = xScales + row,
                        .results = product.results + row * kTileChannels + channel,
                    });
                }
        }
    }

    template <int Rows, int Planes>
    static void multiplyRows(const PanelProduct& product) {
        // Signed codes need more registers for what is on the way: half the rows at a time.
        constexpr int kQ8Rows = Rows == 6 && Dots::kQ8 == Codes::Signed ? 3 : Rows;
        std::memset(product.results, 0, sizeof(float) * Rows * kTileChannels);
        switch (product.format) {
            case CodeFormat::T3:
            case CodeFormat::B1:
                return multiplyGroups<Codes::Small, Rows, Rows, Planes>(product);
            case CodeFormat::Q4:
                return multiplyQ4<Rows, Planes>(product);
            case CodeFormat::Q8:
                return multiplyGroups<Dots::kQ8, Rows, kQ8Rows, Planes>(product);
        }
    }

    // Rows are filled up with zeros to the next size that there is a loop for.
    template <int Planes>
    static void multiplyPlanes(const PanelProduct& product) {
        if (product.rows > 3)
            multiplyRows<6, Planes>(product);
        else if (product.rows > 1)
            multiplyRows<3, Planes>(product);
        else
            multiplyRows<1, Planes>(product);
    }
};

}  // namespace penjing::kernels::avx2
