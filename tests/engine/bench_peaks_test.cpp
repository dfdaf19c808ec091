#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "bench/peak_sampler.h"
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

TEST(SecondsAtPossible, EveryKindAtTheRateOfItsOwnTime) {
    OpProfile profile = someProfile();
    EXPECT_DOUBLE_EQ(secondsAtPossible(profile), 0.0) << "nothing was measured";
    profile.linear.possible = 9e12;     // 1000 G a second
    profile.attention.possible = 9e11;  // 100 G a second
    profile.conv.possible = 1.8e12;     // 200 G a second
    EXPECT_DOUBLE_EQ(secondsAtPossible(profile), 4.0 + 6.0 + 2.5);
    OpProfile twice = profile;
    twice += profile;
    EXPECT_DOUBLE_EQ(secondsAtPossible(twice), 2 * 12.5);
    EXPECT_DOUBLE_EQ(twice.conv.possiblePerSecond(), 200e9);
}

TEST(PeakSampler, MeasuresAgainOnlyAfterAWhile) {
    PeakSampler sampler(kernels::bestKernelSet(), 1);
    const double first = sampler.linear();
    EXPECT_GT(first, 0.0);
    const double spent = sampler.secondsSpent();
    EXPECT_GE(spent, PeakSampler::kSampleSeconds);
    EXPECT_EQ(sampler.linear(), first);
    EXPECT_EQ(sampler.secondsSpent(), spent);
    EXPECT_GT(sampler.conv(), 0.0);
    EXPECT_GE(sampler.secondsSpent(), spent + PeakSampler::kSampleSeconds) << "every kind has a rate of its own";
    std::this_thread::sleep_for(std::chrono::duration<double>(PeakSampler::kInterval + 0.01));
    const double before = sampler.secondsSpent();
    sampler.linear();
    EXPECT_GE(sampler.secondsSpent(), before + PeakSampler::kSampleSeconds);
}

TEST(SecondsAtPeak, WhatWasNotMeasuredIsFree) {
    EXPECT_DOUBLE_EQ(secondsAtPeak(someProfile(), PeakReport{}), 0.0);
}

}  // namespace
}  // namespace penjing
