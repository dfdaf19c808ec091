#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "ops/aligned_memory.h"

namespace penjing {

// One 64-byte aligned block that grows and is kept between calls. Not thread-safe.
template <class T>
class Scratch {
public:
    // At least `count` elements, uninitialised; null if they cannot be had. Earlier contents are lost.
    T* reserve(std::size_t count) {
        if (count <= capacity_)
            return data();
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
            return nullptr;
        memory_ = {};
        capacity_ = 0;
        memory_ = AlignedMemory(count * sizeof(T));
        if (memory_.data() != nullptr)
            capacity_ = count;
        return data();
    }

private:
    T* data() const { return reinterpret_cast<T*>(memory_.data()); }

    AlignedMemory memory_;
    std::size_t capacity_ = 0;
};

}  // namespace penjing
