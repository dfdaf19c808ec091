#pragma once

#include <cstddef>
#include <cstdint>

// Low-bit and dense linears: y = x·Wᵀ with x [m, k] float, W [n, k] in the layouts of docs/formats/pack.md.
//
// Low-bit: rows of x are quantised to int8 (or two int8 planes) per (row, 128 inputs) and packed in blocks of
// `rowBlock` rows; tiles of W are decoded to u8 panels once and multiplied with every block. Sums of products are exact
// integers; they are scaled and added up in float, group after group in the order of k, so a row's result depends
// neither on the other rows nor on how rows and channels are shared out. Dense: the same with float panels.
namespace penjing::kernels {

inline constexpr int kGroupSize = 128;    // inputs of a tile, and of one activation scale
inline constexpr int kTileChannels = 32;  // output channels of a tile
inline constexpr int kMaxRowBlock = 16;   // upper bound of the row blocks of all sets
inline constexpr int kMaxGemvRows = 4;    // rows up to which dense products are better done as dot products

enum class CodeFormat : std::uint8_t { T3, B1, Q4, Q8 };
enum class DenseFormat : std::uint8_t { BF16, F16, F32 };

// Int8: codes −127…127, scale = absmax / 127. Int7: codes −63…63, scale = absmax / 63, so that the sum of two fits a
// byte (tables.h); laid out as Int8.
// Int15: code = 256·high + low with both planes in −128…127; kept symmetric that is ±(127·256 + 127) = ±32639.
enum class ActivationBits : std::uint8_t { Int7, Int8, Int15 };

// Bytes of one tile in the pack; of one decoded tile (codes, then float scales and offsets); of 128 inputs of one
// activation block; of one weight of a dense matrix.
std::size_t tileBytes(CodeFormat format);
std::size_t panelBytes(CodeFormat format);
std::size_t activationGroupBytes(int rowBlock, ActivationBits bits);
std::size_t elementBytes(DenseFormat format);

// Where a tile of results goes: rows of y, `channels` of them from y[0] on, y[r * stride + c].
// value = result + bias; y = value, or y += value, or, where there is a gate, y += gate · value.
struct OutputTile {
    float* y = nullptr;
    std::ptrdiff_t stride = 0;
    const float* bias = nullptr;  // [channels] or null
    const float* gate = nullptr;  // [channels] or null
    bool accumulate = false;
};

// One activation block times one tile column: results [rows, 32] of `groups` · 128 inputs.
struct PanelProduct {
    const std::byte* activations = nullptr;  // first of the groups, activationGroupBytes each; 64-byte aligned
    const std::byte* panels = nullptr;       // first of the decoded tiles, panelBytes each; 64-byte aligned
    int rows = 0;                            // 1…rowBlock
    int groups = 0;
    CodeFormat format{};
    ActivationBits bits{};
    const std::byte* ahead = nullptr;  // what will be read next, to be fetched meanwhile; may point past the end
    int aheadLines = 0;                // 64-byte lines of it per group
    float* results = nullptr;          // [rowBlock][32], overwritten; 64-byte aligned
};

// One instruction set's arithmetic. Nothing here allocates, and everything may run on several threads at once.
struct LinearKernels {
    int rowBlock;       // rows of a quantised block
    int denseRowBlock;  // rows of a dense block

    // Quantises rows x[r * stride] … [k] into a block of k / 128 groups (64-byte aligned); k is a multiple of 128. Rows
    // from `rows` to rowBlock are filled with zeros. A group that holds NaN or Inf gets the scale NaN, so every result
    // of its row is NaN; a group whose absmax is below 2^-100 counts as zero. Layout of a group, R = rowBlock: codes
    // [32 quads][R][4] (int8; Int15: high plane, then low plane), scales float [R], −Σcodes int32 [R], scale·Σcodes of
    // the first and second 64 inputs float [2][R]; padded to 64 bytes.
    void (*quantize)(const float* x, std::ptrdiff_t stride, int rows, int k, ActivationBits bits, std::byte* block);

    // Decodes `count` consecutive tiles. Panels of different sets may hold different codes.
    void (*decode)(CodeFormat format, const std::byte* tiles, int count, std::byte* panels);

    void (*multiply)(const PanelProduct& product);

    // results [rows][32] → y.
    void (*store)(const float* results, int rows, int channels, const OutputTile& out);

    // `channels` (1…32) rows of a dense matrix, `stride` elements apart → panel [k][32], missing channels zero.
    void (*decodeDense)(DenseFormat format, const std::byte* weights, std::ptrdiff_t stride, int channels, int k,
                        float* panel);

    // Block [k][denseRowBlock] times panel [k][32] → results [denseRowBlock][32], overwritten.
    void (*multiplyDense)(const float* block, const float* panel, int rows, int k, float* results);

    // Few rows (1…kMaxGemvRows): results [rows][32] for `channels` (1…32) rows of a dense matrix [.., k], read once.
    void (*dotDense)(DenseFormat format, const std::byte* weights, int channels, int k, const float* x,
                     std::ptrdiff_t xStride, int rows, float* results);

    // What the processor can do at most: independent byte dot products (or bfloat16 ones) in registers. Returns the
    // operations done (a multiply-add counts as two). spinBFloat16 is null where there is no such instruction.
    double (*spinInt8)(int rounds);
    double (*spinBFloat16)(int rounds);
};

// Quantised or packed rows: ceil(rows / block) blocks back to back.
struct QuantizedRows {
    const std::byte* blocks = nullptr;
    int rows = 0;
    int k = 0;
    ActivationBits bits{};
};

struct PackedRows {
    const float* blocks = nullptr;  // [blocks][k][denseRowBlock]
    int rows = 0;
    int k = 0;
};

struct CodedWeight {
    CodeFormat format{};
    const std::byte* tiles = nullptr;
    int n = 0;
    int k = 0;
};

struct DenseWeight {
    DenseFormat format{};
    const std::byte* data = nullptr;
    int n = 0;
    int k = 0;
};

// Where a whole product goes; as OutputTile, but from channel 0.
using OutputMatrix = OutputTile;

// first, first + 1, …, first + count − 1.
struct Range {
    int first = 0;
    int count = 0;
};

// Tiles that will be decoded next: `columns` runs of `bytes` each, `stride` apart. A product fetches them meanwhile, since
// decoding is too short to wait for memory. Only a hint: they may be none, or never be read.
struct TilesAhead {
    const std::byte* tiles = nullptr;
    std::size_t stride = 0;
    std::size_t bytes = 0;
    int columns = 0;
};
TilesAhead tilesAhead(const CodedWeight& weight, Range tiles, Range groups);

// Adds or writes the part of the product that comes from the inputs of `groups` for the channels of `tiles`, all rows.
// Scratch: panelScratchBytes, 64-byte aligned. With several ranges of groups, all but the first must accumulate and
// have no bias (`continued`).
std::size_t panelScratchBytes(CodeFormat format, int tiles, int groups);
void multiplyRange(const LinearKernels& kernels, const QuantizedRows& x, const CodedWeight& weight, Range tiles,
                   Range groups, const OutputMatrix& out, std::byte* scratch, const TilesAhead& next = {});

// The same for dense weights; `inputs` is a range of k. Scratch: tiles.count · inputs.count · 32 floats.
void multiplyDenseRange(const LinearKernels& kernels, const PackedRows& x, const DenseWeight& weight, Range tiles,
                        Range inputs, const OutputMatrix& out, float* scratch);

// At most kMaxGemvRows rows, used where they are; all of k.
void multiplyFewRows(const LinearKernels& kernels, const float* x, std::ptrdiff_t xStride, int rows,
                     const DenseWeight& weight, Range tiles, const OutputMatrix& out);

// Rows x[r * stride] … [k] → block [k][denseRowBlock], missing rows zero.
void packDenseBlock(const LinearKernels& kernels, const float* x, std::ptrdiff_t stride, int rows, int k, float* block);

// How `out` continues after its first range of inputs.
OutputMatrix continued(OutputMatrix out);

}  // namespace penjing::kernels
