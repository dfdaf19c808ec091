#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

#include "import/conversion_stats.h"
#include "import/matrix_rows.h"
#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "penjing/result.h"

namespace penjing {

// How a matrix gets from its source's encoding into the pack's format.
enum class Method {
    Codes,         // the same codes in another order
    Exact,         // numbers that are ternary (t3) or binary (b1) in every group; anything else is an error
    LeastSquares,  // numbers to the best ternary or binary ones
    Nearest,       // numbers to the nearest codes of q8 or q4
    Dense,         // numbers, rounded if the format is narrower
};

struct ConversionContext {
    std::stop_token stop;
    int threads = 1;
    std::function<Status(std::span<const std::byte>)> sink;  // takes the tensor's bytes in file order
};

// Convert one tensor in pieces of a few megabytes, the same bytes for any number of threads. Errors: ModelFile (the
// data are not what the method needs), Cancelled, and the sink's.
Status convertMatrix(const MatrixRows& rows, WeightFormat format, Method method, const ConversionContext& context,
                     ConversionStats& stats);
// A vector of plain numbers → F32.
Status convertVector(const SourceTensor& tensor, const ConversionContext& context);
// A convolution [n, inputs, kernel, kernel] of plain numbers → [n, kernel, kernel, inputs] of the same type.
Status convertConvolution(const SourceTensor& tensor, const TensorSpec& spec, const ConversionContext& context);

// The first rows of a matrix of plain numbers: T3 or B1 if all their groups are that, nothing if they are all zero;
// ModelFile error naming the tensor and the first group that is neither.
Result<std::optional<WeightFormat>> sampleStructure(const MatrixRows& rows);

}  // namespace penjing
