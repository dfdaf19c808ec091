#pragma once

#include "avx2/tile_rows.h"

// The inner loops of the products with byte dot products of 256 bits, in assembly: GCC 12 spills accumulators of this
// tile from intrinsics. Rows × 16 sums in 32 bits of u8 codes × s8 activations; ymm14 is the broadcast quad.

// AVX-VNNI has its own encoding of the instruction that AVX-512 VNNI has for 256 bits; tests use the latter.
#ifndef PENJING_VPDPBUSD
#define PENJING_VPDPBUSD "%{vex%} vpdpbusd "
#endif

#define PENJING_START(row, lo, hi)                          \
    "vpbroadcastd 4*" #row "(%[start]), %%ymm" #lo "\n\t"   \
    "vmovdqa %%ymm" #lo ", %%ymm" #hi "\n\t"

// Codes are the unsigned factor, the broadcast activations the signed one.
#define PENJING_DOT(offset, row, lo, hi)                            \
    "vpbroadcastd " #offset "+4*" #row "(%[x]), %%ymm14\n\t"        \
    PENJING_VPDPBUSD "%%ymm14, %%ymm12, %%ymm" #lo "\n\t"           \
    PENJING_VPDPBUSD "%%ymm14, %%ymm13, %%ymm" #hi "\n\t"

// high plane · 256 + start
#define PENJING_SHIFT(row, lo, hi)                           \
    "vpbroadcastd 4*" #row "(%[start]), %%ymm14\n\t"        \
    "vpslld $8, %%ymm" #lo ", %%ymm" #lo "\n\t"             \
    "vpslld $8, %%ymm" #hi ", %%ymm" #hi "\n\t"             \
    "vpaddd %%ymm14, %%ymm" #lo ", %%ymm" #lo "\n\t"        \
    "vpaddd %%ymm14, %%ymm" #hi ", %%ymm" #hi "\n\t"

#define PENJING_INT8_STEP(ROWS, step)                                                                               \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (step).codes;                                                                  \
        const std::int8_t* x_ = (step).x;                                                                           \
        int quads_ = (step).quads;                                                                                  \
        asm volatile(ROWS(PENJING_START) PENJING_DOT_LOOP(ROWS, "1") ROWS(PENJING_SCALE)                            \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                     \
                     : PENJING_STEP_OPERANDS(step)                                                                  \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)

#define PENJING_INT15_STEP(ROWS, step)                                                                              \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (step).codes;                                                                  \
        const std::int8_t* x_ = (step).x;                                                                           \
        int quads_ = (step).quads;                                                                                  \
        asm volatile(ROWS(PENJING_ZERO) PENJING_DOT_LOOP(ROWS, "1") ROWS(PENJING_SHIFT)                             \
                     "mov %[firstCodes], %[codes]\n\t"                                                             \
                     "mov %[xLow], %[x]\n\t"                                                                       \
                     "mov %[allQuads], %[quads]\n\t"                                                               \
                     PENJING_DOT_LOOP(ROWS, "2") ROWS(PENJING_SCALE)                                                \
                     : [codes] "+&r"(codes_), [x] "+&r"(x_), [quads] "+&r"(quads_)                                  \
                     : PENJING_STEP_OPERANDS(step), [firstCodes] "r"((step).codes), [xLow] "r"((step).xLow),        \
                       [allQuads] "r"((step).quads)                                                                 \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)
