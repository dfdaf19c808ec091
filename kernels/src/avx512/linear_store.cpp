#include "avx512/intrinsics.h"

#include "avx512/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512 {
namespace {

struct Half {
    __mmask16 mask;
    __m512 bias;
    __m512 gate;
};

Half loadHalf(const OutputTile& out, int first, int channels) {
    const int count = channels - first < 16 ? channels - first : 16;
    Half half{};
    half.mask = count <= 0 ? __mmask16{0} : static_cast<__mmask16>(0xffffu >> (16 - count));
    if (out.bias != nullptr) {
        half.bias = _mm512_maskz_loadu_ps(half.mask, out.bias + first);
    }
    if (out.gate != nullptr) {
        half.gate = _mm512_maskz_loadu_ps(half.mask, out.gate + first);
    }
    return half;
}

void storeHalf(const float* results, const Half& half, const OutputTile& out, float* y) {
    __m512 value = _mm512_load_ps(results);
    if (out.bias != nullptr) {
        value = _mm512_add_ps(value, half.bias);
    }
    if (out.gate != nullptr) {
        value = _mm512_mul_ps(half.gate, value);
    }
    if (out.gate != nullptr || out.accumulate) {
        value = _mm512_add_ps(_mm512_maskz_loadu_ps(half.mask, y), value);
    }
    _mm512_mask_storeu_ps(y, half.mask, value);
}

}  // namespace

void store(const float* results, int rows, int channels, const OutputTile& out) {
    const Half low = loadHalf(out, 0, channels);
    const Half high = loadHalf(out, 16, channels);
    for (int r = 0; r < rows; ++r) {
        const float* from = results + r * kTileChannels;
        float* y = out.y + r * out.stride;
        storeHalf(from, low, out, y);
        if (high.mask != 0) {
            storeHalf(from + 16, high, out, y + 16);
        }
    }
}

}  // namespace penjing::kernels::avx512
