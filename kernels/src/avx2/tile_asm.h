#pragma once

// The inner loop of the products of small codes, in assembly: GCC 12 spills accumulators of this tile from intrinsics.
// Rows × 16 sums in 16 bits of u8 codes × s8 activations: maddubs, then add, two quads a turn. Registers: ymm0–11 sums,
// 12 and 13 weights, 14 the broadcast quad, 15 the products on their way.

// X(row, accumulator of channels 0–7, accumulator of channels 8–15)
#define PENJING_ROWS_1(X) X(0, 0, 1)
#define PENJING_ROWS_3(X) PENJING_ROWS_1(X) X(1, 2, 3) X(2, 4, 5)
#define PENJING_ROWS_6(X) PENJING_ROWS_3(X) X(3, 6, 7) X(4, 8, 9) X(5, 10, 11)

#define PENJING_ZERO(row, lo, hi)                         \
    "vpxor %%ymm" #lo ", %%ymm" #lo ", %%ymm" #lo "\n\t" \
    "vpxor %%ymm" #hi ", %%ymm" #hi ", %%ymm" #hi "\n\t"

#define PENJING_DOT(offset, row, lo, hi)                   \
    "vpbroadcastd " #offset "+4*" #row "(%[x]), %%ymm14\n\t" \
    "vpmaddubsw %%ymm14, %%ymm12, %%ymm15\n\t"             \
    "vpaddw %%ymm15, %%ymm" #lo ", %%ymm" #lo "\n\t"       \
    "vpmaddubsw %%ymm14, %%ymm13, %%ymm15\n\t"             \
    "vpaddw %%ymm15, %%ymm" #hi ", %%ymm" #hi "\n\t"

// The first and second quad of a turn: 24 = 4 · kRowBlock bytes of x each.
#define PENJING_DOT_FIRST(row, lo, hi) PENJING_DOT(0, row, lo, hi)
#define PENJING_DOT_SECOND(row, lo, hi) PENJING_DOT(24, row, lo, hi)

#define PENJING_SHORT_LOOP(ROWS)                           \
    ROWS(PENJING_ZERO) ".p2align 5\n1:\n\t"               \
    "vmovdqa (%[codes]), %%ymm12\n\t"                     \
    "vmovdqa 32(%[codes]), %%ymm13\n\t"                   \
    "prefetcht0 2048(%[codes])\n\t"                       \
    ROWS(PENJING_DOT_FIRST)                                \
    "vmovdqa 128(%[codes]), %%ymm12\n\t"                  \
    "vmovdqa 160(%[codes]), %%ymm13\n\t"                  \
    "prefetcht0 2176(%[codes])\n\t"                       \
    ROWS(PENJING_DOT_SECOND)                               \
    "add $48, %[x]\n\t"                                   \
    "add $256, %[codes]\n\t"                              \
    "sub $2, %[quads]\n\t"                                \
    "jne 1b\n\t"

#define PENJING_STORE(row, lo, hi)                         \
    "vmovdqa %%ymm" #lo ", 64*" #row "(%[shorts])\n\t"     \
    "vmovdqa %%ymm" #hi ", 64*" #row "+32(%[shorts])\n\t"

// results += float(sums + start) · (weight scale · activation scale); ymm12 holds sixteen ones.
#define PENJING_SCALE(row, lo, hi)                                          \
    "vpbroadcastd 4*" #row "(%[start]), %%ymm13\n\t"                       \
    "vbroadcastss 4*" #row "(%[xScales]), %%ymm15\n\t"                     \
    "vpmaddwd %%ymm12, %%ymm" #lo ", %%ymm" #lo "\n\t"                     \
    "vpmaddwd %%ymm12, %%ymm" #hi ", %%ymm" #hi "\n\t"                     \
    "vmulps (%[weightScales]), %%ymm15, %%ymm14\n\t"                       \
    "vmulps 32(%[weightScales]), %%ymm15, %%ymm15\n\t"                     \
    "vpaddd %%ymm13, %%ymm" #lo ", %%ymm" #lo "\n\t"                       \
    "vpaddd %%ymm13, %%ymm" #hi ", %%ymm" #hi "\n\t"                       \
    "vcvtdq2ps %%ymm" #lo ", %%ymm" #lo "\n\t"                             \
    "vcvtdq2ps %%ymm" #hi ", %%ymm" #hi "\n\t"                             \
    "vfmadd213ps 128*" #row "(%[results]), %%ymm14, %%ymm" #lo "\n\t"      \
    "vfmadd213ps 128*" #row "+32(%[results]), %%ymm15, %%ymm" #hi "\n\t"   \
    "vmovaps %%ymm" #lo ", 128*" #row "(%[results])\n\t"                   \
    "vmovaps %%ymm" #hi ", 128*" #row "+32(%[results])\n\t"

#define PENJING_TILE_CLOBBERS                                                                                       \
    "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10", "ymm11", "ymm12",      \
        "ymm13", "ymm14", "ymm15", "memory", "cc"

// codes: `quads` steps of 128 bytes, 64 of them used; x: steps of 24 = 4 · kRowBlock bytes; quads even, ≥ 2.
// shorts: [rows][32] int16, 32-byte aligned.
#define PENJING_SHORT_DOTS(ROWS, codes, x, quads, shorts)                                                           \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (codes);                                                                       \
        const std::int8_t* x_ = (x);                                                                                \
        int quads_ = (quads);                                                                                       \
        asm volatile(PENJING_SHORT_LOOP(ROWS) ROWS(PENJING_STORE)                                                   \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                     \
                     : [shorts] "r"(shorts)                                                                         \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)

// A whole group whose sums fit 16 bits. start and xScales: [rows]; weightScales: [16]; results: [rows][32] floats.
#define PENJING_SHORT_GROUP(ROWS, step)                                                                             \
    do {                                                                                                            \
        const std::uint8_t* codes_ = (step).codes;                                                                  \
        const std::int8_t* x_ = (step).x;                                                                           \
        int quads_ = (step).quads;                                                                                  \
        asm volatile(PENJING_SHORT_LOOP(ROWS)                                                                       \
                     "vpcmpeqw %%ymm12, %%ymm12, %%ymm12\n\t"                                                      \
                     "vpsrlw $15, %%ymm12, %%ymm12\n\t" ROWS(PENJING_SCALE)                                        \
                     : [codes] "+r"(codes_), [x] "+r"(x_), [quads] "+r"(quads_)                                     \
                     : [start] "r"((step).start), [weightScales] "r"((step).weightScales),                          \
                       [xScales] "r"((step).xScales), [results] "r"((step).results)                                 \
                     : PENJING_TILE_CLOBBERS);                                                                      \
    } while (false)
