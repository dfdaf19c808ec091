#pragma once

#include "simd/force_inline.h"

namespace penjing::kernels {

// y[i] = value(i, load) for whole vectors, then for the remainder. `load` reads a vector, or only its valid lanes at
// the end.
template <class S, class Value>
PENJING_INLINE void forEachVector(int n, float* y, Value value) {
    int i = 0;
    for (; i + S::kLanes <= n; i += S::kLanes) S::store(y + i, value(i, [](const float* p) { return S::load(p); }));
    const int rest = n - i;
    if (rest > 0)
        S::storePartial(y + i, value(i, [rest](const float* p) { return S::loadPartial(p, rest); }), rest);
}

}  // namespace penjing::kernels
