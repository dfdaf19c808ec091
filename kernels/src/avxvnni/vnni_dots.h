#pragma once

#include "avx2/panel_multiply.h"
#include "avxvnni/tile_asm.h"

namespace penjing::kernels {
namespace {

// Sums in 32 bits throughout: all codes are multiplied alike.
struct VnniDots {
    static constexpr avx2::Codes kQ8 = avx2::Codes::Byte;

    template <avx2::Codes Kind, int Rows, int Planes>
    static void run(const avx2::PanelStep& step) {
        static_assert(Rows == 1 || Rows == 3 || Rows == 6);
        if constexpr (Planes == 1) {
            if constexpr (Rows == 1) {
                PENJING_INT8_STEP(PENJING_ROWS_1, step);
            } else if constexpr (Rows == 3) {
                PENJING_INT8_STEP(PENJING_ROWS_3, step);
            } else {
                PENJING_INT8_STEP(PENJING_ROWS_6, step);
            }
        } else {
            if constexpr (Rows == 1) {
                PENJING_INT15_STEP(PENJING_ROWS_1, step);
            } else if constexpr (Rows == 3) {
                PENJING_INT15_STEP(PENJING_ROWS_3, step);
            } else {
                PENJING_INT15_STEP(PENJING_ROWS_6, step);
            }
        }
    }
};

// The panels of the AVX2 set but for q8, whose codes keep their zero point of 128.
void decodePanels(CodeFormat format, const std::byte* tiles, int count, std::byte* panels) {
    avx2::decode(format, tiles, count, panels);
    if (format != CodeFormat::Q8)
        return;
    const __m256i zero = _mm256_set1_epi8(static_cast<char>(0x80));
    for (int t = 0; t < count; ++t)
        for (int i = 0; i < kPanelCodeBytes; i += 32) {
            auto* codes = reinterpret_cast<__m256i*>(panels + static_cast<std::ptrdiff_t>(t) * kPanelBytes + i);
            _mm256_store_si256(codes, _mm256_xor_si256(_mm256_load_si256(codes), zero));
        }
}

constexpr LinearKernels vnniLinears(double (*spinInt8)(int)) {
    return {
        .rowBlock = avx2::kRowBlock,
        .denseRowBlock = avx2::kRowBlock,
        .quantize = avx2::quantize,
        .decode = decodePanels,
        .multiply = avx2::PanelMultiply<VnniDots>::multiply,
        .store = avx2::store,
        .decodeDense = avx2::decodeDense,
        .multiplyDense = avx2::multiplyDense,
        .dotDense = avx2::dotDense,
        .spinInt8 = spinInt8,
        .spinBFloat16 = nullptr,
    };
}

// Twelve independent sums of 32 products each.
double spinVnni(int rounds) {
    const double operations = 2.0 * 12 * 32 * rounds;
    asm volatile(
        ".p2align 5\n1:\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm0\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm1\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm2\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm3\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm4\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm5\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm6\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm7\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm8\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm9\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm10\n\t"
        PENJING_VPDPBUSD "%%ymm12, %%ymm12, %%ymm11\n\t"
        "sub $1, %[rounds]\n\t"
        "jg 1b\n\t"
        : [rounds] "+r"(rounds)
        :
        : "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10", "ymm11", "ymm12",
          "cc");
    return operations;
}

}  // namespace
}  // namespace penjing::kernels
