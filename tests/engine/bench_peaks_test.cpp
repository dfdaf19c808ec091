#include <gtest/gtest.h>

#include "penjing/bench.h"

namespace penjing {
namespace {

OpProfile someProfile() {
    OpProfile profile;
    profile.linear = {.seconds = 9.0, .operations = 4e12};
    profile.attention = {.seconds = 9.0, .operations = 6e11};
    profile.conv = {.seconds = 9.0, .operations = 5e11};
    profile.other.seconds = 9.0;
    return profile;
}

TEST(SecondsAtPeak, EveryKindAtThePeakOfWhatItMultiplies) {
    PeakReport peak;
    peak.int8Gops = 1000.0;
    peak.fp32Gflops = 100.0;
    EXPECT_DOUBLE_EQ(secondsAtPeak(someProfile(), peak), 4.0 + 6.0 + 5.0);
    peak.int16Gops = 500.0;
    EXPECT_DOUBLE_EQ(secondsAtPeak(someProfile(), peak), 4.0 + 1.2 + 5.0);
    peak.bf16Gflops = 200.0;  // where there is bfloat16 attention and convolution use it
    EXPECT_DOUBLE_EQ(secondsAtPeak(someProfile(), peak), 4.0 + 3.0 + 2.5);
}

TEST(SecondsAtPeak, WhatWasNotMeasuredIsFree) {
    EXPECT_DOUBLE_EQ(secondsAtPeak(someProfile(), PeakReport{}), 0.0);
}

}  // namespace
}  // namespace penjing
