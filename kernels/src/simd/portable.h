#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "penjing/kernels/half_float.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// Four floats in the compilers' generic vectors: SSE2, NEON or plain scalar code, whatever the baseline of the build
// is. All vector structs (Portable, Avx2, Avx512) have the same members; the templates in floats/ are written against
// them. min and max return the second operand where one is NaN. fma rounds twice here, once in the others.
struct Portable {
    static constexpr int kLanes = 4;
    typedef float Float __attribute__((vector_size(16)));
    typedef double Double __attribute__((vector_size(16)));  // half as many lanes
    typedef std::int32_t Int __attribute__((vector_size(16)));

    PENJING_INLINE static Float zero() { return Float{}; }
    PENJING_INLINE static Float set(float x) { return Float{x, x, x, x}; }
    PENJING_INLINE static Float load(const float* p) {
        Float x;
        std::memcpy(&x, p, sizeof x);
        return x;
    }
    // The first n lanes (0..kLanes) from memory, the others zero; nothing beyond is touched.
    PENJING_INLINE static Float loadPartial(const float* p, int n) {
        Float x{};
        for (int i = 0; i < kLanes; ++i)
            if (i < n)
                x[i] = p[i];
        return x;
    }
    PENJING_INLINE static void store(float* p, Float x) { std::memcpy(p, &x, sizeof x); }
    PENJING_INLINE static void storePartial(float* p, Float x, int n) {
        for (int i = 0; i < kLanes; ++i)
            if (i < n)
                p[i] = x[i];
    }
    // The first n lanes of x, the others zero.
    PENJING_INLINE static Float first(Float x, int n) {
        const Int lane = {0, 1, 2, 3};
        return select(lane < n, x, Float{});
    }
    PENJING_INLINE static Float add(Float a, Float b) { return a + b; }
    PENJING_INLINE static Float sub(Float a, Float b) { return a - b; }
    PENJING_INLINE static Float mul(Float a, Float b) { return a * b; }
    PENJING_INLINE static Float div(Float a, Float b) { return a / b; }
    PENJING_INLINE static Float fma(Float a, Float b, Float c) { return a * b + c; }
    PENJING_INLINE static Float min(Float a, Float b) { return select(a < b, a, b); }
    PENJING_INLINE static Float max(Float a, Float b) { return select(a > b, a, b); }
    // x where !(probe < bound), else zero; a NaN probe keeps x.
    PENJING_INLINE static Float zeroBelow(Float probe, Float bound, Float x) {
        return select(probe < bound, Float{}, x);
    }
    // Even lanes a·b − c, odd lanes a·b + c.
    PENJING_INLINE static Float fmaSubAdd(Float a, Float b, Float c) {
        const Float sign = {-1.0f, 1.0f, -1.0f, 1.0f};
        return a * b + c * sign;
    }
    PENJING_INLINE static Float swapPairs(Float x) { return Float{x[1], x[0], x[3], x[2]}; }
    // {p0, p0, p1, p1}
    PENJING_INLINE static Float loadTwice(const float* p) { return Float{p[0], p[0], p[1], p[1]}; }

    // Nearest integer, ties to even, for |x| < 2^22: adding 1.5·2^23 leaves no room for a fraction.
    PENJING_INLINE static Float round(Float x) {
        const Float magic = set(12582912.0f);
        return (x + magic) - magic;
    }
    // x·2^n for integral n in −300..254, rounded once: in two steps, because 2^n itself may not be a float.
    PENJING_INLINE static Float scaleByPowerOfTwo(Float x, Float n) {
        const Int whole = __builtin_convertvector(n, Int);
        const Int half = whole >> 1;
        return x * powerOfTwo(half) * powerOfTwo(whole - half);
    }

    PENJING_INLINE static float sum(Float x) { return (x[0] + x[2]) + (x[1] + x[3]); }
    PENJING_INLINE static float largest(Float x) {
        const float a = x[0] > x[2] ? x[0] : x[2];
        const float b = x[1] > x[3] ? x[1] : x[3];
        return a > b ? a : b;
    }

    // Transposes kBlock×kBlock floats; strides are between rows of either side.
    static constexpr int kBlock = 4;
    PENJING_INLINE static void transposeBlock(const float* from, std::ptrdiff_t fromStride, float* to,
                                              std::ptrdiff_t toStride) {
        const Float a = load(from), b = load(from + fromStride);
        const Float c = load(from + 2 * fromStride), d = load(from + 3 * fromStride);
        for (int i = 0; i < kBlock; ++i) store(to + i * toStride, Float{a[i], b[i], c[i], d[i]});
    }

    PENJING_INLINE static Float widenBf16(const std::uint16_t* p) {
        const Int bits = {p[0] << 16, p[1] << 16, p[2] << 16, p[3] << 16};
        return fromBits(bits);
    }
    PENJING_INLINE static Float widenF16(const std::uint16_t* p) {
        return Float{floatFromHalf(p[0]), floatFromHalf(p[1]), floatFromHalf(p[2]), floatFromHalf(p[3])};
    }
    PENJING_INLINE static void narrowF16(Float x, std::uint16_t* p) {
        for (int i = 0; i < kLanes; ++i) p[i] = halfFromFloat(x[i]);
    }

    PENJING_INLINE static Double loadDouble(const double* p) {
        Double x;
        std::memcpy(&x, p, sizeof x);
        return x;
    }
    PENJING_INLINE static void storeDouble(double* p, Double x) { std::memcpy(p, &x, sizeof x); }
    PENJING_INLINE static Double lowDouble(Float x) { return Double{x[0], x[1]}; }
    PENJING_INLINE static Double highDouble(Float x) { return Double{x[2], x[3]}; }
    PENJING_INLINE static Double addDouble(Double a, Double b) { return a + b; }
    PENJING_INLINE static Double mulAddDouble(Double a, Double b, Double c) { return a * b + c; }

private:
    PENJING_INLINE static Float fromBits(Int bits) {
        Float x;
        std::memcpy(&x, &bits, sizeof x);
        return x;
    }
    PENJING_INLINE static Float select(Int mask, Float a, Float b) {
        Int x, y;
        std::memcpy(&x, &a, sizeof x);
        std::memcpy(&y, &b, sizeof y);
        return fromBits((x & mask) | (y & ~mask));
    }
    PENJING_INLINE static Float powerOfTwo(Int n) { return fromBits((n + 127) << 23); }
};

}  // namespace penjing::kernels
