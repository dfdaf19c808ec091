#pragma once

#include <cstddef>
#include <cstdint>

// The inner loops of the products, in assembly: from intrinsics GCC 12 does not keep the 24 accumulators of this tile in
// registers (copies and spills cost two thirds of the speed); clang does, and this is about what it emits.
namespace penjing::kernels::avx512 {

// Rows × 32 sums of u8 codes × s8 activations over an even number of quads (4 inputs each), then
// results += float(start + sums) · (weight scale · activation scale). Int8 adds the start at the end: zeroing 24 registers
// costs nothing, filling them takes ports that the products need, and an addition of floats takes others (docs/speed.md).
struct VnniStep {
    const std::uint8_t* codes;     // [quads][2][64]
    const std::uint8_t* codesEnd;
    const std::byte* x;            // [quads][kRowBlock][4] int8; of Int15 the high plane
    const std::byte* xLow;         // of Int15 the low plane, else unused
    const float* floatStart;       // [rows]: start of Int8, else unused
    const std::int32_t* start;     // [rows]: start of Int15, else unused
    const float* weightScales;     // [32]
    const float* xScales;          // [rows]
    float* results;                // [rows][32]
};

// results = Rows × 32 sums of x · w over k ≥ 1 inputs.
struct FmaStep {
    const float* panel;  // [k][32]
    const float* panelEnd;
    const float* x;      // [k][kRowBlock]
    float* results;      // [rows][32]
};

}  // namespace penjing::kernels::avx512

// X(row, accumulator of channels 0–15, accumulator of channels 16–31); M instead of X for rows 3 and 9.
#define PENJING_ROWS_1(X, M) X(0, 0, 1)
#define PENJING_ROWS_4(X, M) PENJING_ROWS_1(X, M) X(1, 2, 3) X(2, 4, 5) M(3, 6, 7)
#define PENJING_ROWS_8(X, M) PENJING_ROWS_4(X, M) X(4, 8, 9) X(5, 10, 11) X(6, 12, 13) X(7, 14, 15)
#define PENJING_ROWS_12(X, M) PENJING_ROWS_8(X, M) X(8, 16, 17) M(9, 18, 19) X(10, 20, 21) X(11, 22, 23)
#define PENJING_EACH(ROWS, X) ROWS(X, X)

#define PENJING_ZERO(row, lo, hi)                      \
    "vpxord %%zmm" #lo ", %%zmm" #lo ", %%zmm" #lo "\n\t" \
    "vpxord %%zmm" #hi ", %%zmm" #hi ", %%zmm" #hi "\n\t"

// Weights are the unsigned factor, the broadcast activations the signed one. A broadcast into a register loads once for
// two products; one in the memory operands takes an instruction less and a load more. Two loads a cycle leave room for
// two rows of the second kind, which matters where the front end is shared with a hyperthread.
#define PENJING_DOT(offset, row, lo, hi)                             \
    "vpbroadcastd " #offset "+4*" #row "(%[x]), %%zmm26\n\t"         \
    "vpdpbusd %%zmm26, %%zmm24, %%zmm" #lo "\n\t"                    \
    "vpdpbusd %%zmm26, %%zmm25, %%zmm" #hi "\n\t"
#define PENJING_DOT_MEMORY(offset, row, lo, hi)                                          \
    "vpdpbusd " #offset "+4*" #row "(%[x])%{1to16%}, %%zmm24, %%zmm" #lo "\n\t"          \
    "vpdpbusd " #offset "+4*" #row "(%[x])%{1to16%}, %%zmm25, %%zmm" #hi "\n\t"

// The first and second quad of a turn: 48 = 4 · kRowBlock bytes of x each.
#define PENJING_DOT_FIRST(row, lo, hi) PENJING_DOT(0, row, lo, hi)
#define PENJING_DOT_FIRST_MEMORY(row, lo, hi) PENJING_DOT_MEMORY(0, row, lo, hi)
#define PENJING_DOT_SECOND(row, lo, hi) PENJING_DOT(48, row, lo, hi)
#define PENJING_DOT_SECOND_MEMORY(row, lo, hi) PENJING_DOT_MEMORY(48, row, lo, hi)

// high plane · 256 + start
#define PENJING_SHIFT(row, lo, hi)                                              \
    "vpslld $8, %%zmm" #lo ", %%zmm" #lo "\n\t"                                 \
    "vpslld $8, %%zmm" #hi ", %%zmm" #hi "\n\t"                                 \
    "vpaddd 4*" #row "(%[start])%{1to16%}, %%zmm" #lo ", %%zmm" #lo "\n\t"      \
    "vpaddd 4*" #row "(%[start])%{1to16%}, %%zmm" #hi ", %%zmm" #hi "\n\t"

// Both scales of the row in zmm27 and zmm28; sums to floats, exactly; results += floats · scales.
#define PENJING_BOTH_SCALES(row)                                            \
    "vbroadcastss 4*" #row "(%[xScales]), %%zmm26\n\t"                      \
    "vmulps %%zmm26, %%zmm24, %%zmm27\n\t"                                  \
    "vmulps %%zmm26, %%zmm25, %%zmm28\n\t"
#define PENJING_TO_FLOATS(lo, hi)                                           \
    "vcvtdq2ps %%zmm" #lo ", %%zmm" #lo "\n\t"                              \
    "vcvtdq2ps %%zmm" #hi ", %%zmm" #hi "\n\t"
#define PENJING_ADD_TO_RESULTS(row, lo, hi)                                 \
    "vfmadd213ps 128*" #row "(%[results]), %%zmm27, %%zmm" #lo "\n\t"       \
    "vfmadd213ps 128*" #row "+64(%[results]), %%zmm28, %%zmm" #hi "\n\t"    \
    "vmovaps %%zmm" #lo ", 128*" #row "(%[results])\n\t"                    \
    "vmovaps %%zmm" #hi ", 128*" #row "+64(%[results])\n\t"

// sums + start as floats: both are integers below 2^24 and so exact.
#define PENJING_ADD_START(row, lo, hi)                                      \
    "vbroadcastss 4*" #row "(%[start]), %%zmm26\n\t"                        \
    "vaddps %%zmm26, %%zmm" #lo ", %%zmm" #lo "\n\t"                        \
    "vaddps %%zmm26, %%zmm" #hi ", %%zmm" #hi "\n\t"

#define PENJING_SCALE(row, lo, hi) \
    PENJING_BOTH_SCALES(row) PENJING_TO_FLOATS(lo, hi) PENJING_ADD_TO_RESULTS(row, lo, hi)
#define PENJING_ADD_AND_SCALE(row, lo, hi) \
    PENJING_BOTH_SCALES(row)               \
    PENJING_TO_FLOATS(lo, hi) PENJING_ADD_START(row, lo, hi) PENJING_ADD_TO_RESULTS(row, lo, hi)

// All quads of one plane, two a turn. The panel streams from L2: its lines are asked for 16 quads ahead.
#define PENJING_DOT_LOOP(ROWS, label)                       \
    ".p2align 5\n" label ":\n\t"                            \
    "vmovdqa64 (%[codes]), %%zmm24\n\t"                     \
    "vmovdqa64 64(%[codes]), %%zmm25\n\t"                   \
    "prefetcht0 2048(%[codes])\n\t"                         \
    "prefetcht0 2112(%[codes])\n\t"                         \
    ROWS(PENJING_DOT_FIRST, PENJING_DOT_FIRST_MEMORY)       \
    "vmovdqa64 128(%[codes]), %%zmm24\n\t"                  \
    "vmovdqa64 192(%[codes]), %%zmm25\n\t"                  \
    "prefetcht0 2176(%[codes])\n\t"                         \
    "prefetcht0 2240(%[codes])\n\t"                         \
    ROWS(PENJING_DOT_SECOND, PENJING_DOT_SECOND_MEMORY)     \
    "add $96, %[x]\n\t"                                     \
    "add $256, %[codes]\n\t"                                \
    "cmp %[codesEnd], %[codes]\n\t"                         \
    "jne " label "b\n\t"

#define PENJING_WEIGHT_SCALES                               \
    "vmovups (%[weightScales]), %%zmm24\n\t"                \
    "vmovups 64(%[weightScales]), %%zmm25\n\t"
#define PENJING_SCALE_ALL(ROWS) PENJING_WEIGHT_SCALES PENJING_EACH(ROWS, PENJING_SCALE)

#define PENJING_TILE_OPERANDS(step)                                                                              \
    [codesEnd] "r"((step).codesEnd), [weightScales] "r"((step).weightScales), [xScales] "r"((step).xScales),     \
        [results] "r"((step).results)

#define PENJING_TILE_CLOBBERS                                                                                       \
    "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10", "zmm11", "zmm12",      \
        "zmm13", "zmm14", "zmm15", "zmm16", "zmm17", "zmm18", "zmm19", "zmm20", "zmm21", "zmm22", "zmm23", "zmm24", \
        "zmm25", "zmm26", "zmm27", "zmm28", "memory", "cc"

#define PENJING_INT8_STEP(ROWS, step)                                                                                \
    do {                                                                                                             \
        const std::uint8_t* codes_ = (step).codes;                                                                   \
        const std::byte* x_ = (step).x;                                                                              \
        asm volatile(PENJING_EACH(ROWS, PENJING_ZERO) PENJING_DOT_LOOP(ROWS, "1")                                    \
                         PENJING_WEIGHT_SCALES PENJING_EACH(ROWS, PENJING_ADD_AND_SCALE)                                \
                     : [codes] "+r"(codes_), [x] "+r"(x_)                                                            \
                     : PENJING_TILE_OPERANDS(step), [start] "r"((step).floatStart)                                   \
                     : PENJING_TILE_CLOBBERS);                                                                       \
    } while (false)

#define PENJING_INT15_STEP(ROWS, step)                                                                               \
    do {                                                                                                             \
        const std::uint8_t* codes_ = (step).codes;                                                                   \
        const std::byte* x_ = (step).x;                                                                              \
        asm volatile(PENJING_EACH(ROWS, PENJING_ZERO) PENJING_DOT_LOOP(ROWS, "1") PENJING_EACH(ROWS, PENJING_SHIFT)                              \
                     "mov %[firstCodes], %[codes]\n\t"                                                               \
                     "mov %[xLow], %[x]\n\t"                                                                         \
                     PENJING_DOT_LOOP(ROWS, "2") PENJING_SCALE_ALL(ROWS)                                             \
                     : [codes] "+&r"(codes_), [x] "+&r"(x_)                                                          \
                     : PENJING_TILE_OPERANDS(step), [start] "r"((step).start), [firstCodes] "r"((step).codes),       \
                       [xLow] "r"((step).xLow)                                                                       \
                     : PENJING_TILE_CLOBBERS);                                                                       \
    } while (false)

#define PENJING_FMA(row, lo, hi)                            \
    "vbroadcastss 4*" #row "(%[x]), %%zmm26\n\t"            \
    "vfmadd231ps %%zmm26, %%zmm24, %%zmm" #lo "\n\t"        \
    "vfmadd231ps %%zmm26, %%zmm25, %%zmm" #hi "\n\t"

#define PENJING_STORE(row, lo, hi)                              \
    "vmovaps %%zmm" #lo ", 128*" #row "(%[results])\n\t"       \
    "vmovaps %%zmm" #hi ", 128*" #row "+64(%[results])\n\t"

#define PENJING_FMA_LOOP(ROWS)                              \
    ".p2align 5\n1:\n\t"                                   \
    "vmovups (%[panel]), %%zmm24\n\t"                      \
    "vmovups 64(%[panel]), %%zmm25\n\t"                    \
    "prefetcht0 1024(%[panel])\n\t"                        \
    "prefetcht0 1088(%[panel])\n\t"                        \
    PENJING_EACH(ROWS, PENJING_FMA)                                       \
    "add $48, %[x]\n\t"                                    \
    "sub $-128, %[panel]\n\t"                              \
    "cmp %[panelEnd], %[panel]\n\t"                        \
    "jne 1b\n\t"

#define PENJING_FMA_STEP(ROWS, step)                                                                              \
    do {                                                                                                          \
        const float* panel_ = (step).panel;                                                                       \
        const float* x_ = (step).x;                                                                               \
        asm volatile(PENJING_EACH(ROWS, PENJING_ZERO) PENJING_FMA_LOOP(ROWS) PENJING_EACH(ROWS, PENJING_STORE)                                \
                     : [panel] "+r"(panel_), [x] "+r"(x_)                                                         \
                     : [panelEnd] "r"((step).panelEnd), [results] "r"((step).results)                             \
                     : PENJING_TILE_CLOBBERS);                                                                    \
    } while (false)
