#pragma once

#include <string>

#include "penjing/bench.h"
#include "penjing/bench_float.h"
#include "penjing/pipeline_bench.h"
#include "penjing/precision_bench.h"
#include "penjing/result.h"

namespace penjing::cli {

enum class PipelinePart { Text, Step, Decode, Generate };

// Prints a measurement on stdout: lines for people, or one JSON object each with keys that do not change.
// `bench` is what was asked for; `peak` is the one that percentages refer to.
Status print(const PeakReport& report, bool json);
Status print(const GemmReport& report, bool json);
Status print(const std::string& bench, const FloatBenchReport& report, bool json);
Status print(const PrecisionReport& report, bool json);
Status print(PipelinePart part, const PipelineTimings& timings, const PeakReport& peak, bool json);

}  // namespace penjing::cli
