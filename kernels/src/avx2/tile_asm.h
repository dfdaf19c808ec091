#pragma once

// The inner loop of the products of small codes, in assembly: GCC 12 spills accumulators of this tile from intrinsics.
// Rows × 16 sums in 16 bits of u8 codes × s8 activations: maddubs, then add. Registers: ymm0–11 sums, 12 and 13 weights,
// 14 the broadcast quad, 15 the products on their way.

// X(row, accumulator of channels 0–7, accumulator of channels 8–15)
#define PENJING_ROWS_1(X) X(0, 0, 1)
#define PENJING_ROWS_3(X) PENJING_ROWS_1(X) X(1, 2, 3) X(2, 4, 5)
#define PENJING_ROWS_6(X) PENJING_ROWS_3(X) X(3, 6, 7) X(4, 8, 9) X(5, 10, 11)

#define PENJING_ZERO(row, lo, hi)                         \
    "vpxor %%ymm" #lo ", %%ymm" #lo ", %%ymm" #lo "\n\t" \
    "vpxor %%ymm" #hi ", %%ymm" #hi ", %%ymm" #hi "\n\t"

#define PENJING_DOT(row, lo, hi)                           \
    "vpbroadcastd 4*" #row "(%[x]), %%ymm14\n\t"           \
    "vpmaddubsw %%ymm14, %%ymm12, %%ymm15\n\t"             \
    "vpaddw %%ymm15, %%ymm" #lo ", %%ymm" #lo "\n\t"       \
    "vpmaddubsw %%ymm14, %%ymm13, %%ymm15\n\t"             \
    "vpaddw %%ymm15, %%ymm" #hi ", %%ymm" #hi "\n\t"

#define PENJING_STORE(row, lo, hi)                         \
    "vmovdqa %%ymm" #lo ", 64*" #row "(%[shorts])\n\t"     \
    "vmovdqa %%ymm" #hi ", 64*" #row "+32(%[shorts])\n\t"

// codes: `quads` steps of 128 bytes, 64 of them used; x: steps of 24 = 4 · kRowBlock bytes; shorts: [rows][32] int16,
// 32-byte aligned; quads ≥ 1.
#define PENJING_SHORT_DOTS(ROWS, codes, x, quads, shorts)                                                             \
    do {                                                                                                              \
        const std::uint8_t* codes_ = (codes);                                                                         \
        const std::int8_t* x_ = (x);                                                                                  \
        int quads_ = (quads);                                                                                         \
        asm volatile(ROWS(PENJING_ZERO) ".p2align 5\n1:\n\t"                                                          \
                                        "vmovdqa (%[codes]), %%ymm12\n\t"                                             \
                                        "vmovdqa 32(%[codes]), %%ymm13\n\t" ROWS(PENJING_DOT) "add $24, %[x]\n\t"     \
                                        "sub $-128, %[codes]\n\t"                                                     \
                                        "sub $1, %[quads]\n\t"                                                        \
                                        "jne 1b\n\t" ROWS(PENJING_STORE)                                              \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                       \
                     : [shorts] "r"(shorts)                                                                           \
                     : "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10",       \
                       "ymm11", "ymm12", "ymm13", "ymm14", "ymm15", "memory", "cc");                                  \
    } while (false)
