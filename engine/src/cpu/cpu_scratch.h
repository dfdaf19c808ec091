#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>

#include "ops/aligned_memory.h"

namespace penjing {

// One 64-byte aligned block that grows and is kept between calls. Not thread-safe.
template <class T>
class Scratch {
public:
    // At least `count` elements, uninitialised; null if they cannot be had. Earlier contents are lost.
    T* reserve(std::size_t count) {
        if (count <= capacity_)
            return data_.get();
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
            return nullptr;
        data_.reset();
        capacity_ = 0;
        data_.reset(static_cast<T*>(allocateAligned(count * sizeof(T))));
        if (data_)
            capacity_ = count;
        return data_.get();
    }

private:
    struct Free {
        void operator()(T* p) const { std::free(p); }
    };
    std::unique_ptr<T[], Free> data_;
    std::size_t capacity_ = 0;
};

}  // namespace penjing
