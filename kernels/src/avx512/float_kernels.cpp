#include "avx512/float_kernels.h"

#include "avx512/attention_products.h"
#include "avx512/integer_vectors.h"
#include "floats/table.h"
#include "simd/avx512.h"

namespace penjing::kernels {
namespace {

// A type of this file's own, so that its instantiations are too.
struct IntegerInstructions : IntegerVectors {};

constinit const AttentionKernels kIntegerAttention =
    Attention<IntegerInstructions, IntegerAttentionProducts<IntegerInstructions>>::kernels();

constexpr FloatKernels table() {
    FloatKernels table = floatKernelTable<Avx512>();
    table.pairAttention = &kIntegerAttention;
    return table;
}

}  // namespace

constinit const FloatKernels kAvx512Float = table();

}  // namespace penjing::kernels
