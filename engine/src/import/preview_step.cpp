#include "import/preview_step.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "cpu/cpu_ops.h"
#include "import/preview_fit.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing {
namespace {

// Random latents are the harder examination: a fit that explains 0.43 of them explains 0.75 of real pictures
// (Seedling's decoder). Half as good would still show where something is; below that, previews are mostly error.
constexpr double kLeastExplained = 0.25;
// An import promises to be content with little memory; the published decoders need a tenth of this.
constexpr std::size_t kMostFloats = 64u << 20;
// The scalar kernels, fifty times slower than others, would need half an hour for the published decoders of 100 MB.
constexpr std::uint64_t kMostScalarBytes = 4u << 20;

std::string percent(double part) {
    return std::to_string(static_cast<int>(std::floor(100.0 * std::max(0.0, part)))) + " %";
}

}  // namespace

PreviewStep::PreviewStep(const VaeConfig& config, const std::vector<TensorPlan>& plans)
    : latentChannels_(config.latentChannels) {
    for (const TensorPlan& plan : plans)
        if (plan.name.starts_with("vae."))
            decoderBytes_ += plan.bytes;
    if (decoderSampleFloats(config) > kMostFloats)
        obstacle_ = "the decoder is too large to try it out during an import";
    else if (kernels::bestKernelSet().name == "scalar" && decoderBytes_ > kMostScalarBytes)
        obstacle_ = "trying the decoder out takes too long with the scalar kernels";
}

std::uint64_t PreviewStep::work() const {
    return obstacle_.empty() ? kPreviewFitPictures * decoderBytes_ : 0;
}

PreviewConfig PreviewStep::placeholder() const {
    return obstacle_.empty() ? longestPreview(latentChannels_) : PreviewConfig{};
}

Status PreviewStep::run(PackWriter& writer, const ConversionContext& context, ImportMeter& meter,
                        ImportReport& report) const {
    if (!obstacle_.empty()) {
        report.notes.push_back("no previews: " + obstacle_);
        return {};
    }
    meter.begin("previews");
    const Result<std::shared_ptr<const Pack>> pack = writer.openWritten();
    if (!pack)
        return pack.error();
    const std::unique_ptr<Ops> ops = makeCpuOps(kernels::bestKernelSet(), context.threads, context.stop);
    const Result<PreviewFit> fit = fitPreview(**pack, *ops, [&] { return meter.advance(decoderBytes_); });
    if (!fit)
        return fit.error();
    report.preview = {fit->explained, fit->explained >= kLeastExplained};
    writer.setPreview(report.preview->kept ? fit->preview : PreviewConfig{});
    if (!report.preview->kept)
        report.notes.push_back("no previews: a linear picture of this decoder's latents explains " +
                               percent(fit->explained) + " of its colours' variance, less than " +
                               percent(kLeastExplained));
    return {};
}

}  // namespace penjing
