#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "cpu/cpu_ops.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing::test {

inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
inline constexpr double kRounding = 0x1p-24;  // relative error of one float operation

inline std::vector<float> randomFloats(std::size_t count, std::uint32_t seed, float deviation = 1.0f) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, deviation);
    std::vector<float> values(count);
    for (float& value : values) value = normal(generator);
    return values;
}

// A matrix with `gap` NaNs after every row: reading them spoils a result, writing them is seen.
struct GappedMatrix {
    GappedMatrix(int rows, int cols, int gap, std::uint32_t seed)
        : data(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols + gap), kNaN),
          view{data.data(), rows, cols, cols + gap} {
        const std::vector<float> values =
            randomFloats(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), seed);
        for (int r = 0; r < rows; ++r)
            std::memcpy(view.row(r), values.data() + static_cast<std::ptrdiff_t>(r) * cols,
                        static_cast<std::size_t>(cols) * sizeof(float));
    }
    bool gapsStand() const {
        for (int r = 0; r < view.rows; ++r)
            for (std::ptrdiff_t c = view.cols; c < view.stride; ++c)
                if (!std::isnan(view.row(r)[c]))
                    return false;
        return true;
    }
    std::vector<float> data;
    Mat view;
};

inline bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// Runs a test once per kernel set that this processor supports.
class EveryKernelSet : public testing::TestWithParam<const kernels::KernelSet*> {
protected:
    std::unique_ptr<Ops> ops(int threads = 2) const { return makeCpuOps(*GetParam(), threads, {}); }
};

inline auto everyKernelSet() {
    const auto sets = kernels::supportedKernelSets();
    return testing::ValuesIn(std::vector<const kernels::KernelSet*>(sets.begin(), sets.end()));
}
inline std::string setName(const testing::TestParamInfo<const kernels::KernelSet*>& info) {
    return std::string(info.param->name);
}

}  // namespace penjing::test
