#pragma once

#include "avx2/tile_rows.h"

// The inner loop of the products of small codes, in assembly: GCC 12 spills accumulators of this tile from intrinsics.
// Rows × 16 sums in 16 bits of u8 codes × s8 activations: maddubs, then add. ymm14 is the broadcast quad, 15 the products
// on their way.

#define PENJING_DOT(offset, row, lo, hi)                       \
    "vpbroadcastd " #offset "+4*" #row "(%[x]), %%ymm14\n\t"   \
    "vpmaddubsw %%ymm14, %%ymm12, %%ymm15\n\t"                \
    "vpaddw %%ymm15, %%ymm" #lo ", %%ymm" #lo "\n\t"          \
    "vpmaddubsw %%ymm14, %%ymm13, %%ymm15\n\t"                \
    "vpaddw %%ymm15, %%ymm" #hi ", %%ymm" #hi "\n\t"

#define PENJING_STORE(row, lo, hi)                         \
    "vmovdqa %%ymm" #lo ", 64*" #row "(%[shorts])\n\t"     \
    "vmovdqa %%ymm" #hi ", 64*" #row "+32(%[shorts])\n\t"

// Sums in 16 bits become sums in 32 bits and take in the start; ymm12 holds sixteen ones.
#define PENJING_WIDEN(row, lo, hi)                                          \
    "vpbroadcastd 4*" #row "(%[start]), %%ymm13\n\t"                       \
    "vpmaddwd %%ymm12, %%ymm" #lo ", %%ymm" #lo "\n\t"                     \
    "vpmaddwd %%ymm12, %%ymm" #hi ", %%ymm" #hi "\n\t"                     \
    "vpaddd %%ymm13, %%ymm" #lo ", %%ymm" #lo "\n\t"                       \
    "vpaddd %%ymm13, %%ymm" #hi ", %%ymm" #hi "\n\t"
#define PENJING_WIDEN_AND_SCALE(row, lo, hi) PENJING_WIDEN(row, lo, hi) PENJING_SCALE(row, lo, hi)

// codes: `quads` steps of 128 bytes, 64 of them used; x: steps of 24 = 4 · kRowBlock bytes; quads even, ≥ 2.
// shorts: [rows][32] int16, 32-byte aligned.
#define PENJING_SHORT_DOTS(ROWS, codes, x, quads, shorts)                                                           \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (codes);                                                                       \
        const std::int8_t* x_ = (x);                                                                                \
        int quads_ = (quads);                                                                                       \
        asm volatile(ROWS(PENJING_ZERO) PENJING_DOT_LOOP(ROWS, "1") ROWS(PENJING_STORE)                             \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                     \
                     : [shorts] "r"(shorts)                                                                         \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)

// A whole PanelStep whose sums fit 16 bits.
#define PENJING_SHORT_STEP(ROWS, step)                                                                              \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (step).codes;                                                                  \
        const std::int8_t* x_ = (step).x;                                                                           \
        int quads_ = (step).quads;                                                                                  \
        asm volatile(ROWS(PENJING_ZERO) PENJING_DOT_LOOP(ROWS, "1")                                                 \
                     "vpcmpeqw %%ymm12, %%ymm12, %%ymm12\n\t"                                                      \
                     "vpsrlw $15, %%ymm12, %%ymm12\n\t" ROWS(PENJING_WIDEN_AND_SCALE)                              \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                     \
                     : PENJING_STEP_OPERANDS(step)                                                                  \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)
