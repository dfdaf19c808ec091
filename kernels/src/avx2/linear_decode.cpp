#include <immintrin.h>

#include <cstring>

#include "avx2/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {
namespace {

__m256i load(const std::uint8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
void save(std::uint8_t* p, __m256i v) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(p), v);
}

// The fraction f / 256 of a base-3 byte, as in the AVX-512 decoder, minus 128: comparisons are signed here. Tripling
// modulo 256 keeps the bias, because 3 · 128 = 256 + 128.
__m256i biasedFraction(__m256i q) {
    const __m256i factor = _mm256_set1_epi16(3507);  // just above 65536 · 13 / 243
    const __m256i even = _mm256_mulhi_epu16(_mm256_and_si256(q, _mm256_set1_epi16(0xff)), factor);
    const __m256i odd = _mm256_mulhi_epu16(_mm256_srli_epi16(q, 8), factor);
    const __m256i floors = _mm256_or_si256(even, _mm256_slli_epi16(odd, 8));
    return _mm256_add_epi8(_mm256_add_epi8(q, floors), _mm256_set1_epi8(static_cast<char>(1 - 128)));
}

// floor(3 f / 256), by the thresholds 256 / 3 and 512 / 3.
__m256i leadingDigit(__m256i biased) {
    const __m256i atLeastOne = _mm256_cmpgt_epi8(biased, _mm256_set1_epi8(85 - 128));
    const __m256i two = _mm256_cmpgt_epi8(biased, _mm256_set1_epi8(170 - 128));
    return _mm256_abs_epi8(_mm256_add_epi8(atLeastOne, two));
}

__m256i tripled(__m256i biased) {
    return _mm256_add_epi8(biased, _mm256_add_epi8(biased, biased));
}

const std::uint8_t* codesT3(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int i = 0; i < kBase3Vectors; ++i) {
        // The last vector holds one digit less: the panel ends.
        const int digits = i + 1 < kBase3Vectors ? kBase3Digits : kBase3Digits - 1;
        for (int half = 0; half < 2; ++half) {
            __m256i fraction = biasedFraction(load(tile + 64 * i + 32 * half));
            if (digits < kBase3Digits) {
                fraction = tripled(fraction);
            }
            std::uint8_t* out = codes + 64 * kBase3Digits * i + 32 * half;
            for (int d = digits - 1; d >= 0; --d) {
                save(out + 64 * d, leadingDigit(fraction));
                fraction = tripled(fraction);
            }
        }
    }
    return tile + 64 * kBase3Vectors;
}

// Bits become the codes 0 and 2, so that binary weights are ternary ones without a zero.
const std::uint8_t* codesB1(const std::uint8_t* tile, std::uint8_t* codes) {
    const __m256i byteOfLane = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2,
                                                3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bitOfLane = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201ull));
    for (int i = 0; i < kPanelCodeBytes; i += 32) {
        std::int32_t bits;
        std::memcpy(&bits, tile + i / 8, 4);
        const __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), byteOfLane);
        const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bitOfLane), bitOfLane);
        save(codes + i, _mm256_and_si256(set, _mm256_set1_epi8(2)));
    }
    return tile + kPanelCodeBytes / 8;
}

const std::uint8_t* codesQ4(const std::uint8_t* tile, std::uint8_t* codes) {
    const __m256i nibble = _mm256_set1_epi8(15);
    for (int v = 0; v < kPanelVectors; ++v) {
        const __m256i bytes = load(tile + 32 * v);
        save(codes + 64 * v, _mm256_and_si256(bytes, nibble));
        save(codes + 64 * v + 32, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    }
    return tile + 32 * kPanelVectors;
}

// Without the zero point: the signed code is what this set's product wants.
const std::uint8_t* codesQ8(const std::uint8_t* tile, std::uint8_t* codes) {
    const __m256i zero = _mm256_set1_epi8(static_cast<char>(0x80));
    for (int i = 0; i < kPanelCodeBytes; i += 32) {
        save(codes + i, _mm256_xor_si256(load(tile + i), zero));
    }
    return tile + kPanelCodeBytes;
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
    const int scales = (format == CodeFormat::Q4 ? 4 : 1) * kTileChannels;
    for (int t = 0; t < count; ++t) {
        const auto* tile = reinterpret_cast<const std::uint8_t*>(tiles + t * tileStride);
        std::byte* panel = panels + t * panelStride;
        const std::uint8_t* halves = decodeCodes(format, tile, reinterpret_cast<std::uint8_t*>(panel));
        auto* out = reinterpret_cast<float*>(panel + kPanelCodeBytes);
        for (int i = 0; i < scales; i += 8) {
            _mm256_store_ps(out + i,
                            _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + 2 * i))));
        }
    }
}

}  // namespace penjing::kernels::avx2
