#pragma once

#include "penjing/kernels/linear.h"

// Products of ternary and binary weights (t3, b1) with Int7 activations by table lookup: for two activations a and b of
// a row there are nine sums ±a ±b (with zeros), which fit a byte since |a|, |b| ≤ 63. A byte shuffle looks up 64 of
// them for 64 pairs of weights, and a dot product with ones adds up four for each of 16 channels: two instructions for
// 128 products instead of 64 an instruction. Sums are the same integers, scaled in the same order, as those of
// LinearKernels::multiply with Int7, so results are the same bits. Weights need no zero point: an entry is a signed
// sum.
namespace penjing::kernels {

inline constexpr int kTableInputs = 8;                           // a vector: four tables of 16 bytes, two inputs each
inline constexpr int kTableVectors = kGroupSize / kTableInputs;  // vectors per row and group

// Bytes of a group of `rowBlock` rows: tables [16 vectors][R][64], scales float [R], padded to 64 bytes; and of one
// decoded tile: pair codes [16 vectors][2 halves of 16 channels][64], scales float [32].
std::size_t tableGroupBytes(int rowBlock);
inline constexpr std::size_t kTablePanelBytes = kGroupSize * kTileChannels / 2 + kTileChannels * sizeof(float);

// One group of an activation block times one decoded tile, added to results.
struct TableProduct {
    const std::byte* group = nullptr;  // tableGroupBytes; 64-byte aligned
    const std::byte* panel = nullptr;  // kTablePanelBytes; 64-byte aligned
    int rows = 0;                      // 1…rowBlock
    const std::byte* ahead = nullptr;  // of the next group, to be fetched meanwhile; may point past the end
    int aheadLines = 0;                // 64-byte lines of it
    std::ptrdiff_t toNextPanel = 0;    // bytes from this panel to the next one, likewise
    float* results = nullptr;          // [rowBlock][32], added to; 64-byte aligned
};

// One instruction set's arithmetic; nothing allocates, any number of threads at once.
struct TableKernels {
    int rowBlock;  // rows of a block; that of the set's LinearKernels

    // As LinearKernels::quantize with Int7, and the tables of the codes: a block of k / 128 groups of tableGroupBytes.
    void (*quantize)(const float* x, std::ptrdiff_t stride, int rows, int k, std::byte* block);

    // Decodes `count` consecutive tiles of T3 or B1, kTablePanelBytes each.
    void (*decode)(CodeFormat format, const std::byte* tiles, int count, std::byte* panels);

    void (*multiply)(const TableProduct& product);

    // As LinearKernels::store.
    void (*store)(const float* results, int rows, int channels, const OutputTile& out);
};

// ceil(rows / rowBlock) blocks of TableKernels::quantize back to back.
struct TableRows {
    const std::byte* blocks = nullptr;
    int rows = 0;
    int k = 0;
};

// As multiplyRange of linear.h. Scratch: tableScratchBytes, 64-byte aligned.
std::size_t tableScratchBytes(int rowBlock, int tiles, int groups);
void multiplyTableRange(const TableKernels& kernels, const TableRows& x, const CodedWeight& weight, Range tiles,
                        Range groups, const OutputMatrix& out, std::byte* scratch, const TilesAhead& next = {});

}  // namespace penjing::kernels
