#pragma once

#include "penjing/kernels/kernel_set.h"

namespace penjing {

// Operations a second (10^9) of the set's byte dot products on `threads` threads at once, measured once for about
// `milliseconds`. Seconds are processor time, so other programs on the machine do not lower the figure.
double measureInt8Gops(const kernels::KernelSet& set, int threads, double milliseconds);

// Processor time of all threads of this process so far, in seconds.
double processSeconds();

}  // namespace penjing
