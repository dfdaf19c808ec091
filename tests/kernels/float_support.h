#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "penjing/kernels/float.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing::kernels::test {

inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Half a unit in the last place of a float, relative: every rounding is off by this much at most.
inline constexpr double kRounding = 0x1p-24;

inline std::vector<float> randomFloats(std::size_t count, std::uint32_t seed, float deviation = 1.0f,
                                       float mean = 0.0f) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(count);
    for (float& value : values) value = normal(generator);
    return values;
}

// Rows of `cols` floats that lie `stride` apart in a field of NaNs. Reading the NaNs spoils a result, writing them is
// seen.
class Fenced {
public:
    Fenced(int rows, int cols, int stride) : rows_(rows), cols_(cols), stride_(stride) {
        data_.assign(static_cast<std::size_t>(kFence + (rows > 0 ? rows - 1 : 0) * stride + cols + kFence), kNaN);
    }
    Fenced(int rows, int cols, int stride, std::uint32_t seed, float deviation = 1.0f) : Fenced(rows, cols, stride) {
        const std::vector<float> values = randomFloats(static_cast<std::size_t>(rows * cols), seed, deviation);
        for (int r = 0; r < rows; ++r)
            for (int c = 0; c < cols; ++c) at(r, c) = values[static_cast<std::size_t>(r * cols + c)];
    }
    float* data() { return data_.data() + kFence; }
    const float* data() const { return data_.data() + kFence; }
    int stride() const { return stride_; }
    float& at(int r, int c) { return data()[r * stride_ + c]; }
    float at(int r, int c) const { return data()[r * stride_ + c]; }

    // Everything around and between the rows is still NaN.
    bool fencesStand() const {
        for (std::size_t i = 0; i < data_.size(); ++i) {
            const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(i) - kFence;
            const bool inside = offset >= 0 && offset / stride_ < rows_ && offset % stride_ < cols_;
            if (!inside && !std::isnan(data_[i]))
                return false;
        }
        return true;
    }

private:
    static constexpr int kFence = 64;
    int rows_, cols_, stride_;
    std::vector<float> data_;
};

// Runs a test once per set that this processor supports.
class EverySet : public testing::TestWithParam<const KernelSet*> {
protected:
    const FloatKernels& floats() const { return *GetParam()->floats; }
};

inline auto everySet() {
    const auto sets = supportedKernelSets();
    return testing::ValuesIn(std::vector<const KernelSet*>(sets.begin(), sets.end()));
}
inline std::string setName(const testing::TestParamInfo<const KernelSet*>& info) {
    return std::string(info.param->name);
}

}  // namespace penjing::kernels::test
