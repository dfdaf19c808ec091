#pragma once

#include <cstdint>
#include <cstring>

#include "floats/exponential.h"
#include "floats/vector_loop.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

template <class S>
struct Elementwise {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;

    static void swiglu(const float* gate, const float* up, int n, float* y) {
        forEachVector<S>(n, y,
                         [&](int i, auto load) { return S::mul(Exponential<S>::silu(load(gate + i)), load(up + i)); });
    }
    static void silu(const float* x, int n, float* y) {
        forEachVector<S>(n, y, [&](int i, auto load) { return Exponential<S>::silu(load(x + i)); });
    }
    static void add(const float* x, int n, float* y) {
        forEachVector<S>(n, y, [&](int i, auto load) { return S::add(load(y + i), load(x + i)); });
    }
    static void exponential(const float* x, int n, float* y) {
        forEachVector<S>(n, y, [&](int i, auto load) { return Exponential<S>::natural(load(x + i)); });
    }

    static void widenBf16(const std::uint16_t* x, int n, float* y) {
        widen(x, n, y, [](const std::uint16_t* p) { return S::widenBf16(p); });
    }
    static void widenF16(const std::uint16_t* x, int n, float* y) {
        widen(x, n, y, [](const std::uint16_t* p) { return S::widenF16(p); });
    }
    static void narrowF16(const float* x, int n, std::uint16_t* y) {
        int i = 0;
        for (; i + L <= n; i += L) S::narrowF16(S::load(x + i), y + i);
        if (i < n) {
            std::uint16_t rest[L];
            S::narrowF16(S::loadPartial(x + i, n - i), rest);
            std::memcpy(y + i, rest, static_cast<std::size_t>(n - i) * sizeof rest[0]);
        }
    }

private:
    template <class Convert>
    PENJING_INLINE static void widen(const std::uint16_t* x, int n, float* y, Convert convert) {
        int i = 0;
        for (; i + L <= n; i += L) S::store(y + i, convert(x + i));
        if (i < n) {
            std::uint16_t rest[L] = {};
            std::memcpy(rest, x + i, static_cast<std::size_t>(n - i) * sizeof rest[0]);
            S::storePartial(y + i, convert(rest), n - i);
        }
    }
};

}  // namespace penjing::kernels
