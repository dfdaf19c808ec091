#pragma once

#include <cstddef>
#include <cstdint>

#include "penjing/kernels/winograd.h"

namespace penjing::kernels {

// Attention works on tiles of this many keys, whatever the instruction set: a row's result depends on the order of the
// keys, never on how queries are shared out.
inline constexpr int kKeyTile = 128;
inline constexpr int kMaxQueryTile = 96;

// Channels that lie side by side in the packed input of a convolution.
inline constexpr int kConvBlock = 8;
inline constexpr int kConvLanes = 8;  // output channels that are packed together

// What the factors of a matrix product are kept as: fp32, bfloat16 (rounded to nearest even), or integers of −4095…4095
// with a scale for each row and column of the product. Two 16-bit neighbours of the summed dimension lie side by side
// in 4 bytes. Sums are fp32, of integers exact. Packed factors are counted in floats (4 bytes) whatever they hold, and
// only the functions of one table understand each other's.
enum class Factors : std::uint8_t { F32, BF16, I13 };

struct RowRotation {
    const float* cos = nullptr;  // [headDim / 2] of this row's position
    const float* sin = nullptr;
    bool interleaved = false;  // pair j is (2j, 2j + 1), otherwise (j, j + headDim / 2)
};

// A query tile of one head.
struct AttentionTile {
    const float* q = nullptr;  // [rows, headDim], rows qStride floats apart
    std::ptrdiff_t qStride = 0;
    float* out = nullptr;  // [rows, headDim], rows outStride floats apart
    std::ptrdiff_t outStride = 0;
    int rows = 0;  // 1..kMaxQueryTile
    int headDim = 0;
    float scale = 0.0f;
    bool causal = false;            // row r sees keys 0..firstQuery + r
    int firstQuery = 0;             // position of row 0
    const float* keys = nullptr;    // tiles made by packKeys, back to back
    const float* values = nullptr;  // tiles made by packValues, back to back
    int keyCount = 0;               // visible keys, >= 1
    float* scratch = nullptr;       // attentionScratchFloats(rows, headDim, lanes), 64-byte aligned
};

// A window of an NHWC image, enlarged x2 by nearest neighbour first if `upsample`; coordinates are those after
// enlarging. What lies outside the image is zero.
struct ConvWindow {
    const float* x = nullptr;
    int height = 0, width = 0, channels = 0;  // of x itself
    bool upsample = false;
    int firstRow = 0, firstColumn = 0;  // may be −1
    int rows = 0, columns = 0;
};

// Output pixels [rows, columns] of one panel of output channels.
struct ConvTile {
    const float* window = nullptr;  // made by packWindow, (columns rounded up to columnStep) + kernel − 1 columns wide
    int windowColumns = 0;
    int inChannels = 0;
    int kernel = 3;                // 1 or 3
    const float* panel = nullptr;  // weights of this panel, see ConvKernels::packChannels
    int panelChannels = 0;         // 1..2·lanes; the panel is `lanes` wide if it has at most that many, else 2·lanes
    const float* bias = nullptr;   // [panelChannels] or null
    const float* residual = nullptr;  // laid out as y, or null
    float* y = nullptr;               // first pixel, first channel of the panel
    std::ptrdiff_t rowStride = 0;     // floats between image rows of y and residual
    std::ptrdiff_t pixelStride = 0;   // floats between pixels of y and residual
    int rows = 0, columns = 0;
};

// Softmax attention. `factors` are those of Q·Kᵀ and P·V; softmax, maxima and sums are fp32.
struct AttentionKernels {
    Factors factors;
    int maxHeadDim;  // wider heads are not for this table

    // Packs `count` (1..kKeyTile) keys or values [count, headDim], rows `stride` floats apart, as one tile of
    // packedKeyFloats or packedValueFloats floats.
    void (*packKeys)(const float* k, std::ptrdiff_t stride, int count, int headDim, float* packed);
    void (*packValues)(const float* v, std::ptrdiff_t stride, int count, int headDim, float* packed);
    // One query tile over all keys, one key tile after the other.
    void (*attend)(const AttentionTile& tile);
};

// Convolution, 3x3 or 1x1.
struct ConvKernels {
    Factors factors;
    int columnStep;  // windows are packed for multiples of this many output columns

    // window is [rows, ceil(channels / 8), columns, 8] factors; the channels that fill the last block up are zero.
    void (*packWindow)(const ConvWindow& source, float* window);
    // Writes `count` (1..kConvLanes) output channels, weights [count, kernel·kernel, inChannels], as the columns from
    // panel[0] on of a panel that is `width` (lanes or 2·lanes) wide. Columns of channels that do not exist must be
    // zeroed before.
    void (*packChannels)(const float* weights, int count, int kernel, int inChannels, int width, float* panel);
    void (*convolve)(const ConvTile& tile);
};

// One instruction set's float arithmetic. No function allocates, throws or keeps state. Vectors of n floats are
// contiguous; inputs and outputs may be the same array where each element depends on its own position only, and must
// not overlap otherwise. Nothing beyond the stated elements is read or written.
struct FloatKernels {
    int lanes;  // floats in a vector

    // y = (x − mean)·rsqrt(var + eps)·(1 + scale) + shift, population variance. y may be x.
    void (*layerNormModulate)(const float* x, const float* shift, const float* scale, float eps, int n, float* y);
    // y = x·rsqrt(mean(x²) + eps)·weight. y may be x.
    void (*rmsNorm)(const float* x, const float* weight, float eps, int n, float* y);
    // In place on one row of heads: RMSNorm over headDim (even), then rotation of the pairs.
    void (*headNormRope)(float* x, int heads, int headDim, const float* weight, float eps, const RowRotation& rotation);
    void (*swiglu)(const float* gate, const float* up, int n, float* y);  // y = gate/(1 + e^−gate)·up
    void (*silu)(const float* x, int n, float* y);                        // y = x/(1 + e^−x)
    void (*add)(const float* x, int n, float* y);                         // y += x
    // e^x within 2 ulp; what would be subnormal is 0, what is too large infinity, NaN gives NaN.
    void (*exponential)(const float* x, int n, float* y);
    void (*widenBf16)(const std::uint16_t* x, int n, float* y);
    void (*widenF16)(const std::uint16_t* x, int n, float* y);
    void (*narrowF16)(const float* x, int n, std::uint16_t* y);  // to nearest, ties to even; from 65520 on infinity

    // Per position j of a pattern that repeats every `period` floats (a multiple of lanes): sums of x and x² over the n
    // floats, in double, in one fixed order. sum and sumOfSquares are [period] and are overwritten.
    void (*patternSums)(const float* x, std::size_t n, int period, double* sum, double* sumOfSquares);
    // y[i] = x[i]·scale[i mod period] + shift[i mod period], then SiLU if asked; period is a multiple of lanes.
    void (*patternAffine)(const float* x, std::size_t n, int period, const float* scale, const float* shift, bool silu,
                          float* y);

    AttentionKernels attention;  // in fp32
    ConvKernels conv;            // in fp32
    WinogradKernels winograd;    // 3x3 in fp32, fewer products and larger rounding errors
    // The same with 16-bit factors where the processor multiplies them faster, else null.
    const AttentionKernels* pairAttention;
    const ConvKernels* bf16Conv;

    // Multiply-adds in registers, as a yardstick: returns the floating-point operations done; *result depends on them.
    double (*spinMultiplyAdd)(int rounds, float* result);
};

constexpr std::size_t roundUpTo(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
}

// Floats that n factors of one column take; a pair is not split between two tiles.
constexpr std::size_t factorFloats(int n, Factors factors) {
    const std::size_t count = static_cast<std::size_t>(n);
    return factors == Factors::F32 ? count : (count + 1) / 2;
}
// Floats of the scale that integers of one column have besides.
constexpr std::size_t scaleFloats(Factors factors) {
    return factors == Factors::I13 ? 1 : 0;
}
constexpr std::size_t packedKeyFloats(int headDim, Factors factors) {
    return static_cast<std::size_t>(kKeyTile) * (factorFloats(headDim, factors) + scaleFloats(factors));
}
constexpr std::size_t packedValueFloats(int headDim, int lanes, Factors factors) {
    return (factorFloats(kKeyTile, factors) + scaleFloats(factors)) *
           roundUpTo(static_cast<std::size_t>(headDim), static_cast<std::size_t>(lanes));
}
// Packed queries, scores and the unnormalised output of a tile.
constexpr std::size_t attentionScratchFloats(int rows, int headDim, int lanes) {
    const std::size_t paddedRows = static_cast<std::size_t>(rows) + 16;  // register tiles have at most 16 rows
    const std::size_t paddedDim = roundUpTo(static_cast<std::size_t>(headDim), static_cast<std::size_t>(lanes));
    return paddedRows * (2 * paddedDim + kKeyTile + 16);
}
constexpr std::size_t convWindowFloats(int rows, int columns, int channels, Factors factors) {
    const std::size_t blocks = (static_cast<std::size_t>(channels) + kConvBlock - 1) / kConvBlock;
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns) * blocks *
           factorFloats(kConvBlock, factors);
}
// bfloat16 panels have whole blocks of input channels, so that no pair crosses one.
constexpr std::size_t convPanelFloats(int kernel, int inChannels, int width, Factors factors) {
    const std::size_t channels = static_cast<std::size_t>(inChannels);
    const std::size_t depth = factors == Factors::BF16 ? roundUpTo(channels, kConvBlock) / 2 : channels;
    return static_cast<std::size_t>(kernel * kernel) * depth * static_cast<std::size_t>(width);
}

}  // namespace penjing::kernels
