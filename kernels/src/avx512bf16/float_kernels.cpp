#include "avx512bf16/float_kernels.h"

#include "avx512bf16/attention_products.h"
#include "avx512bf16/convolution.h"
#include "pairs/pair_vectors.h"
#include "floats/table.h"

namespace penjing::kernels {
namespace {

// A type of its own, so that no function of the AVX-512 F set is compiled twice under one name with different flags.
struct Bf16Instructions : Bf16Vectors {
    // The casts: __m256bh and __m512bh are not the same types in all compilers.
    PENJING_INLINE static Half toHalf(Float x) { return (__m256i)_mm512_cvtneps_pbh(x); }
    PENJING_INLINE static Float dot(Float row, Float column, Float sum) {
        return _mm512_dpbf16_ps(sum, (__m512bh)row, (__m512bh)column);
    }
};

constinit const AttentionKernels kBf16Attention =
    Attention<Bf16Instructions, PairAttentionProducts<Bf16Instructions>>::kernels();
constinit const ConvKernels kBf16Conv = PairConvolution<Bf16Instructions>::kernels();

constexpr FloatKernels table() {
    FloatKernels table = floatKernelTable<Bf16Instructions>();
    table.pairAttention = &kBf16Attention;
    table.bf16Conv = &kBf16Conv;
    return table;
}

}  // namespace

constinit const FloatKernels kAvx512Bf16Float = table();

}  // namespace penjing::kernels
