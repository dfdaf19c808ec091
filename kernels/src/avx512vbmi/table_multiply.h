#pragma once

#include "avx512/intrinsics.h"

#include "avx512vbmi/lookup_asm.h"
#include "avx512vbmi/table_kernels.h"

namespace penjing::kernels::avx512vbmi {
namespace {

// Rows × 32 sums over a group, then results += float(sums) · (weight scale · activation scale).
struct LookupStep {
    const std::byte* codes;  // [kTableVectors][2][64]
    const std::byte* codesEnd;
    std::ptrdiff_t toNext;      // bytes from a code to that of the next tile
    const std::byte* tables;    // [kTableVectors][kRowBlock][64]
    const float* weightScales;  // [32]
    const float* xScales;       // [kRowBlock]
    float* results;             // [rows][32]
};

template <int Rows>
void runStep(const LookupStep& step) {
    static_assert(Rows == 1 || Rows == 4 || Rows == 8 || Rows == 12);
    if constexpr (Rows == 1) {
        PENJING_LOOKUP_STEP(PENJING_ROWS_1, step);
    } else if constexpr (Rows == 4) {
        PENJING_LOOKUP_STEP(PENJING_ROWS_4, step);
    } else if constexpr (Rows == 8) {
        PENJING_LOOKUP_STEP(PENJING_ROWS_8, step);
    } else {
        PENJING_LOOKUP_STEP(PENJING_ROWS_12, step);
    }
}

// Rows are filled up with zeros to the next size that there is a loop for.
void multiply(const TableProduct& product) {
    constexpr std::ptrdiff_t kCodeBytes = kGroupSize * kTileChannels / 2;
    constexpr std::ptrdiff_t kTablesBytes = kTableVectors * kRowBlock * 64;
    for (int i = 0; i < product.aheadLines; ++i) {
        _mm_prefetch(reinterpret_cast<const char*>(product.ahead) + 64 * i, _MM_HINT_T1);
    }
    const LookupStep step{
        .codes = product.panel,
        .codesEnd = product.panel + kCodeBytes,
        .toNext = product.toNextPanel,
        .tables = product.group,
        .weightScales = reinterpret_cast<const float*>(product.panel + kCodeBytes),
        .xScales = reinterpret_cast<const float*>(product.group + kTablesBytes),
        .results = product.results,
    };
    if (product.rows > 8) {
        runStep<12>(step);
    } else if (product.rows > 4) {
        runStep<8>(step);
    } else if (product.rows > 1) {
        runStep<4>(step);
    } else {
        runStep<1>(step);
    }
}

constexpr TableKernels lookupKernels() {
    return {
        .rowBlock = kRowBlock,
        .quantize = quantize,
        .decode = decode,
        .multiply = multiply,
        .store = avx512::store,
    };
}

}  // namespace
}  // namespace penjing::kernels::avx512vbmi
