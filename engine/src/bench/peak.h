#pragma once

#include <functional>

#include "penjing/kernels/kernel_set.h"

namespace penjing {

// So many rounds of an instruction in registers; returns the operations done. Any thread.
using SpinLoop = std::function<double(int rounds)>;

// Operations a second (10^9) of all threads at once, by the clock on the wall, so that threads which share a core or a
// clock count as what they are together. The best of several tries: a peak is what undisturbed hardware does.
double bestSpinRate(const SpinLoop& spin, int threads);

// Operations a second (10^9) of the set's byte dot products on `threads` threads at once, measured once for about
// `milliseconds`. Seconds are processor time, so other programs on the machine do not lower the figure.
double measureInt8Gops(const kernels::KernelSet& set, int threads, double milliseconds);

// Processor time of all threads of this process so far, in seconds.
double processSeconds();

}  // namespace penjing
