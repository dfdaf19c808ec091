// Compiled with the flags of avx512: nothing here, and nothing that is included, may use the standard library or
// GoogleTest, whose inline functions the linker could then take from this file for any processor.
#include "emulated/bf16_kernels.h"

#include "avx512bf16/attention_products.h"
#include "avx512bf16/convolution.h"
#include "floats/table.h"
#include "pairs/pair_vectors.h"

namespace penjing::kernels::test {
namespace {

struct EmulatedInstructions : Bf16Vectors {
    // Intel SDM volume 2, VCVTNEPS2BF16: zeros and subnormals become zeros of their sign, a NaN stays one and becomes
    // quiet, everything else is rounded to nearest even.
    PENJING_INLINE static Half toHalf(Float x) {
        const __m512i bits = _mm512_castps_si512(x);
        const __m512i magnitude = _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffffff));
        const __mmask16 isTiny = _mm512_cmplt_epi32_mask(magnitude, _mm512_set1_epi32(0x00800000));
        const __mmask16 isNan = _mm512_cmpgt_epi32_mask(magnitude, _mm512_set1_epi32(0x7f800000));
        const __m512i lastKept = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
        __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(lastKept, _mm512_set1_epi32(0x7fff)));
        rounded = _mm512_mask_and_epi32(rounded, isTiny, bits, _mm512_set1_epi32(static_cast<int>(0x80000000u)));
        rounded = _mm512_mask_or_epi32(rounded, isNan, bits, _mm512_set1_epi32(0x00400000));
        return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
    }

    // Intel SDM volume 2, VDPBF16PS: per lane, sum = fma(odd, odd, sum), then sum = fma(even, even, sum), each rounded
    // to nearest even; what is subnormal counts as zero and becomes zero. MXCSR is neither used nor changed; the
    // multiply-adds here run with its defaults, which nothing in the tests changes.
    PENJING_INLINE static Float dot(Float row, Float column, Float sum) {
        sum = _mm512_fmadd_ps(normal(odd(row)), normal(odd(column)), normal(sum));
        return normal(_mm512_fmadd_ps(normal(even(row)), normal(even(column)), normal(sum)));
    }

private:
    PENJING_INLINE static Float odd(Float pairs) {
        return _mm512_castsi512_ps(
            _mm512_and_si512(_mm512_castps_si512(pairs), _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
    }
    PENJING_INLINE static Float even(Float pairs) {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(pairs), 16));
    }
    // x, or zero where it is subnormal.
    PENJING_INLINE static Float normal(Float x) {
        const __m512i exponent = _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(0x7f800000));
        return _mm512_maskz_mov_ps(_mm512_test_epi32_mask(exponent, exponent), x);
    }
};

constinit const AttentionKernels kAttention =
    Attention<EmulatedInstructions, PairAttentionProducts<EmulatedInstructions>>::kernels();
constinit const ConvKernels kConv = PairConvolution<EmulatedInstructions>::kernels();

constexpr FloatKernels table() {
    FloatKernels table = floatKernelTable<EmulatedInstructions>();
    table.pairAttention = &kAttention;
    table.bf16Conv = &kConv;
    return table;
}

}  // namespace

constinit const FloatKernels kEmulatedBf16Floats = table();

}  // namespace penjing::kernels::test
