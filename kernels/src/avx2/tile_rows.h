#pragma once

// What the register tiles of 6 rows × 16 channels have in common (products of 256 bits, in assembly). Registers: ymm0–11
// sums, 12 and 13 weights, 14 and 15 free.

// X(row, accumulator of channels 0–7, accumulator of channels 8–15)
#define PENJING_ROWS_1(X) X(0, 0, 1)
#define PENJING_ROWS_3(X) PENJING_ROWS_1(X) X(1, 2, 3) X(2, 4, 5)
#define PENJING_ROWS_6(X) PENJING_ROWS_3(X) X(3, 6, 7) X(4, 8, 9) X(5, 10, 11)

#define PENJING_ZERO(row, lo, hi)                         \
    "vpxor %%ymm" #lo ", %%ymm" #lo ", %%ymm" #lo "\n\t" \
    "vpxor %%ymm" #hi ", %%ymm" #hi ", %%ymm" #hi "\n\t"

// The first and second quad of a turn: 24 = 4 · kRowBlock bytes of x each.
#define PENJING_DOT_FIRST(row, lo, hi) PENJING_DOT(0, row, lo, hi)
#define PENJING_DOT_SECOND(row, lo, hi) PENJING_DOT(24, row, lo, hi)

// All quads, two a turn, by PENJING_DOT(offset, row, lo, hi). Of 128 bytes of codes a quad, 64 are used. The panel
// streams from L2: the same lines of the next group (kPanelBytes on) are asked for.
#define PENJING_DOT_LOOP(ROWS, label)                      \
    ".p2align 5\n" label ":\n\t"                           \
    "vmovdqa (%[codes]), %%ymm12\n\t"                     \
    "vmovdqa 32(%[codes]), %%ymm13\n\t"                   \
    "prefetcht0 4224(%[codes])\n\t"                       \
    ROWS(PENJING_DOT_FIRST)                                \
    "vmovdqa 128(%[codes]), %%ymm12\n\t"                  \
    "vmovdqa 160(%[codes]), %%ymm13\n\t"                  \
    "prefetcht0 4352(%[codes])\n\t"                       \
    ROWS(PENJING_DOT_SECOND)                               \
    "add $48, %[x]\n\t"                                   \
    "add $256, %[codes]\n\t"                              \
    "sub $2, %[quads]\n\t"                                \
    "jne " label "b\n\t"

// results += float(sums) · (weight scale · activation scale)
#define PENJING_SCALE(row, lo, hi)                                          \
    "vbroadcastss 4*" #row "(%[xScales]), %%ymm15\n\t"                     \
    "vcvtdq2ps %%ymm" #lo ", %%ymm" #lo "\n\t"                             \
    "vcvtdq2ps %%ymm" #hi ", %%ymm" #hi "\n\t"                             \
    "vmulps (%[weightScales]), %%ymm15, %%ymm14\n\t"                       \
    "vmulps 32(%[weightScales]), %%ymm15, %%ymm15\n\t"                     \
    "vfmadd213ps 128*" #row "(%[results]), %%ymm14, %%ymm" #lo "\n\t"      \
    "vfmadd213ps 128*" #row "+32(%[results]), %%ymm15, %%ymm" #hi "\n\t"   \
    "vmovaps %%ymm" #lo ", 128*" #row "(%[results])\n\t"                   \
    "vmovaps %%ymm" #hi ", 128*" #row "+32(%[results])\n\t"

#define PENJING_STEP_OPERANDS(step)                                                                                 \
    [start] "r"((step).start), [weightScales] "r"((step).weightScales), [xScales] "r"((step).xScales),              \
        [results] "r"((step).results)

#define PENJING_TILE_CLOBBERS                                                                                       \
    "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10", "ymm11", "ymm12",      \
        "ymm13", "ymm14", "ymm15", "memory", "cc"
