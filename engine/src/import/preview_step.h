#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "import/import_meter.h"
#include "import/tensor_conversion.h"
#include "pack/pack_writer.h"
#include "penjing/import.h"

namespace penjing {

// The last step of an import: no published model says how its latents look, so a linear picture of them is fitted to
// what the decoder draws, and kept if it is near enough.
class PreviewStep {
public:
    // For a decoder whose tensors are among `plans`.
    PreviewStep(const VaeConfig& config, const std::vector<TensorPlan>& plans);

    // For the meter: a picture counts as much as the decoder has bytes.
    std::uint64_t work() const;
    // What the pack's description has until run(), so that there is room for the result.
    PreviewConfig placeholder() const;
    // Precondition: all tensors are written. Fills the report's preview and notes. Errors: Cancelled, Memory.
    Status run(PackWriter& writer, const ConversionContext& context, ImportMeter& meter, ImportReport& report) const;

private:
    int latentChannels_;
    std::uint64_t decoderBytes_ = 0;
    std::string obstacle_;  // why the decoder is not tried out; empty if it is
};

}  // namespace penjing
