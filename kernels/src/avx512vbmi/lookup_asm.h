#pragma once

#include "avx512/tile_asm.h"

// The inner loop of the products by table lookup, in assembly for the same reason as avx512/tile_asm.h.

// result = for each of 64 bytes the byte of `table` that `codes` (0…63) names; arguments are numbers of registers.
// The tests emulate it where there is no VBMI.
#ifndef PENJING_LOOKUP
#define PENJING_LOOKUP(table, codes, result) "vpermb %%zmm" table ", %%zmm" codes ", %%zmm" result "\n\t"
#define PENJING_LOOKUP_CLOBBERS "zmm29"
#endif

// Sums of two activations, 64 for each half of the channels; ones are the unsigned factor, the sums the signed one.
#define PENJING_LOOKUP_ROW(row, lo, hi)                         \
    "vmovdqa64 64*" #row "(%[tables]), %%zmm26\n\t"             \
    PENJING_LOOKUP("26", "24", "27")                            \
    PENJING_LOOKUP("26", "25", "28")                            \
    "vpdpbusd %%zmm27, %%zmm29, %%zmm" #lo "\n\t"               \
    "vpdpbusd %%zmm28, %%zmm29, %%zmm" #hi "\n\t"

// All vectors of a group; 768 = 64 · kRowBlock bytes of tables each. What is asked for is the next tile's panel, since
// a group is multiplied with all tiles before the next group.
#define PENJING_LOOKUP_LOOP(ROWS)                               \
    "vpternlogd $255, %%zmm29, %%zmm29, %%zmm29\n\t"            \
    "vpabsb %%zmm29, %%zmm29\n\t"                               \
    ".p2align 5\n1:\n\t"                                        \
    "vmovdqa64 (%[codes]), %%zmm24\n\t"                         \
    "vmovdqa64 64(%[codes]), %%zmm25\n\t"                       \
    "prefetcht0 (%[codes],%[toNext])\n\t"                       \
    "prefetcht0 64(%[codes],%[toNext])\n\t"                     \
    PENJING_EACH(ROWS, PENJING_LOOKUP_ROW)                      \
    "add $768, %[tables]\n\t"                                   \
    "sub $-128, %[codes]\n\t"                                   \
    "cmp %[codesEnd], %[codes]\n\t"                             \
    "jne 1b\n\t"

#define PENJING_LOOKUP_STEP(ROWS, step)                                                                              \
    do {                                                                                                             \
        const std::byte* codes_ = (step).codes;                                                                      \
        const std::byte* tables_ = (step).tables;                                                                    \
        asm volatile(PENJING_EACH(ROWS, PENJING_ZERO) PENJING_LOOKUP_LOOP(ROWS) PENJING_SCALE_ALL(ROWS)              \
                     : [codes] "+r"(codes_), [tables] "+r"(tables_)                                                  \
                     : [codesEnd] "r"((step).codesEnd), [toNext] "r"((step).toNext),                                 \
                       [weightScales] "r"((step).weightScales), [xScales] "r"((step).xScales),                       \
                       [results] "r"((step).results)                                                                 \
                     : PENJING_TILE_CLOBBERS, PENJING_LOOKUP_CLOBBERS);                                              \
    } while (false)
