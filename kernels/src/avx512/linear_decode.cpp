#include "avx512/intrinsics.h"

#include <cstring>

#include "avx512/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512 {
namespace {

__m512i load(const std::uint8_t* p) {
    return _mm512_loadu_si512(p);
}

// A byte q = Σ code_d · 3^d (d = 0…4, q ≤ 242) as the fraction f / 256 with q / 243 <= f / 256 < (q + 1) / 243:
// f = floor(256 q / 243) + 1 = q + floor(13 q / 243) + 1. Tripling f modulo 256 then moves one base-3 digit after the
// other, the highest first, in front of the point. 3507 / 65536 is just above 13 / 243: exact for q ≤ 242.
__m512i base3Fraction(__m512i q) {
    const __m512i factor = _mm512_set1_epi16(3507);
    const __m512i even = _mm512_mulhi_epu16(_mm512_and_si512(q, _mm512_set1_epi16(0xff)), factor);
    const __m512i odd = _mm512_mulhi_epu16(_mm512_srli_epi16(q, 8), factor);
    const __m512i floors = _mm512_or_si512(even, _mm512_slli_epi16(odd, 8));
    return _mm512_add_epi8(_mm512_add_epi8(q, floors), _mm512_set1_epi8(1));
}

// floor(3 f / 256), by the thresholds 256 / 3 and 512 / 3.
__m512i leadingDigit(__m512i fraction) {
    const __m512i one = _mm512_set1_epi8(1);
    const __mmask64 atLeastOne = _mm512_cmpge_epu8_mask(fraction, _mm512_set1_epi8(86));
    const __mmask64 two = _mm512_cmpge_epu8_mask(fraction, _mm512_set1_epi8(static_cast<char>(171)));
    const __m512i digit = _mm512_maskz_mov_epi8(atLeastOne, one);
    return _mm512_mask_add_epi8(digit, two, digit, one);
}

__m512i tripled(__m512i fraction) {
    return _mm512_add_epi8(fraction, _mm512_add_epi8(fraction, fraction));
}

const std::uint8_t* codesT3(const std::uint8_t* tile, std::uint8_t* codes) {
    constexpr int kLast = kBase3Vectors - 1;  // holds one digit less: the panel ends
    for (int i = 0; i < kLast; ++i) {
        __m512i fraction = base3Fraction(load(tile + 64 * i));
        std::uint8_t* out = codes + 64 * kBase3Digits * i;
        for (int d = kBase3Digits - 1; d >= 0; --d) {
            _mm512_store_si512(out + 64 * d, leadingDigit(fraction));
            fraction = tripled(fraction);
        }
    }
    __m512i fraction = tripled(base3Fraction(load(tile + 64 * kLast)));
    for (int d = kBase3Digits - 2; d >= 0; --d) {
        _mm512_store_si512(codes + 64 * (kBase3Digits * kLast + d), leadingDigit(fraction));
        fraction = tripled(fraction);
    }
    return tile + 64 * kBase3Vectors;
}

// Bits become the codes 0 and 2, so that binary weights are ternary ones without a zero.
const std::uint8_t* codesB1(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int v = 0; v < kPanelVectors; ++v) {
        std::uint64_t bits;
        std::memcpy(&bits, tile + 8 * v, 8);
        _mm512_store_si512(codes + 64 * v, _mm512_maskz_set1_epi8(bits, 2));
    }
    return tile + 8 * kPanelVectors;
}

const std::uint8_t* codesQ4(const std::uint8_t* tile, std::uint8_t* codes) {
    const __m256i nibble = _mm256_set1_epi8(15);
    for (int v = 0; v < kPanelVectors; ++v) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(tile + 32 * v));
        auto* out = reinterpret_cast<__m256i*>(codes + 64 * v);
        _mm256_store_si256(out, _mm256_and_si256(bytes, nibble));
        _mm256_store_si256(out + 1, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    }
    return tile + 32 * kPanelVectors;
}

const std::uint8_t* codesQ8(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int v = 0; v < kPanelVectors; ++v) {
        _mm512_store_si512(codes + 64 * v, load(tile + 64 * v));
    }
    return tile + 64 * kPanelVectors;
}

const std::uint8_t* decodeCodes(CodeFormat format, const std::uint8_t* tile, std::uint8_t* codes) {
    switch (format) {
        case CodeFormat::T3:
            return codesT3(tile, codes);
        case CodeFormat::B1:
            return codesB1(tile, codes);
        case CodeFormat::Q4:
            return codesQ4(tile, codes);
        case CodeFormat::Q8:
            return codesQ8(tile, codes);
    }
    return tile;
}

}  // namespace

void decode(CodeFormat format, const std::byte* tiles, int count, std::byte* panels) {
    const std::size_t tileStride = tileBytes(format);
    const std::size_t panelStride = panelBytes(format);
    const int scaleVectors = (format == CodeFormat::Q4 ? 4 : 1) * kTileChannels / 16;
    for (int t = 0; t < count; ++t) {
        const auto* tile = reinterpret_cast<const std::uint8_t*>(tiles + t * tileStride);
        std::byte* panel = panels + t * panelStride;
        const std::uint8_t* scales = decodeCodes(format, tile, reinterpret_cast<std::uint8_t*>(panel));
        auto* out = reinterpret_cast<float*>(panel + kPanelCodeBytes);
        for (int i = 0; i < scaleVectors; ++i) {
            const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales + 32 * i));
            _mm512_store_ps(out + 16 * i, _mm512_cvtph_ps(halves));
        }
    }
}

}  // namespace penjing::kernels::avx512
