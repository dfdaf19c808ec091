#include <immintrin.h>

#include "avx2/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {
namespace {

// The first `count` lanes (0…8), as maskload and maskstore want them.
__m256i firstLanes(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

__m256 loadOr0(const float* p, int first, __m256i mask) {
    return p == nullptr ? _mm256_setzero_ps() : _mm256_maskload_ps(p + first, mask);
}

}  // namespace

void store(const float* results, int rows, int channels, const OutputTile& out) {
    for (int c = 0; c < channels; c += 8) {
        const __m256i mask = firstLanes(channels - c);
        const __m256 bias = loadOr0(out.bias, c, mask);
        const __m256 gate = loadOr0(out.gate, c, mask);
        for (int r = 0; r < rows; ++r) {
            float* y = out.y + r * out.stride + c;
            __m256 value = _mm256_load_ps(results + r * kTileChannels + c);
            if (out.bias != nullptr) {
                value = _mm256_add_ps(value, bias);
            }
            if (out.gate != nullptr) {
                value = _mm256_mul_ps(gate, value);
            }
            if (out.gate != nullptr || out.accumulate) {
                value = _mm256_add_ps(_mm256_maskload_ps(y, mask), value);
            }
            _mm256_maskstore_ps(y, mask, value);
        }
    }
}

}  // namespace penjing::kernels::avx2
