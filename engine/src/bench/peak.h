#pragma once

#include <functional>

#include "penjing/kernels/float.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing {

// So many rounds of an instruction in registers; returns the operations done. Any thread.
using SpinLoop = std::function<double(int rounds)>;

// The instruction that multiplies such factors, as attention and convolution use it; the set must have it. A dot
// product of 16-bit integers does half the multiply-adds of one of bytes, in the same time.
SpinLoop spinOf(const kernels::KernelSet& set, kernels::Factors factors);

// Operations a second (10^9) of all threads at once, by the clock on the wall, so that threads which share a core or a
// clock count as what they are together. The best of several tries: a peak is what undisturbed hardware does.
double bestSpinRate(const SpinLoop& spin, int threads);

// Operations a second (10^9) of the set's byte dot products on `threads` threads at once, measured once for about
// `milliseconds`. Seconds are processor time, so other programs on the machine do not lower the figure.
double measureInt8Gops(const kernels::KernelSet& set, int threads, double milliseconds);

// Processor time of all threads of this process so far, in seconds.
double processSeconds();

}  // namespace penjing
