#include "penjing/pipeline.h"

#include <chrono>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>

#include "penjing/system_info.h"
#include "pipeline/pipeline_impl.h"

namespace penjing {
namespace {

constexpr int kMostThreads = 1024;

// The set that the options or the environment name, else the best one; null with `name` set if there is no such set
// here.
const kernels::KernelSet* chooseKernels(const PipelineOptions& options, std::string& name) {
    const char* environment = std::getenv("PENJING_KERNELS");
    name = !options.kernels.empty() ? options.kernels : environment ? environment : "";
    return name.empty() ? &kernels::bestKernelSet() : kernels::findKernelSet(name);
}

std::string supportedNames() {
    std::string names;
    for (const kernels::KernelSet* set : kernels::supportedKernelSets())
        names += (names.empty() ? "" : ", ") + std::string(set->name);
    return names;
}

// The standard library reports exhausted memory by exceptions; they end here.
template <typename Body>
auto withoutExceptions(const Body& body) -> decltype(body()) {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory, "not enough memory"};
    } catch (const std::length_error&) {
        return Error{ErrorCode::Memory, "the run needs more memory than can be addressed"};
    }
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::create(const Model& model, const PipelineOptions& options) {
    return withoutExceptions([&]() -> Result<Pipeline> {
        const auto start = std::chrono::steady_clock::now();
        if (options.threads < 0 || options.threads > kMostThreads)
            return Error{ErrorCode::Usage, "threads must be 0 (all) to " + std::to_string(kMostThreads)};
        std::string name;
        const kernels::KernelSet* kernels = chooseKernels(options, name);
        if (!kernels)
            return Error{ErrorCode::Usage,
                         "no kernels called \"" + name + "\" run on this processor; there are " + supportedNames()};

        const ModelConfig& config = model.pack().config();
        Result<Tokenizer> tokenizer =
            Tokenizer::load(model.pack().bytes("tokenizer.model"), config.tokenizer, config.textEncoder.vocabSize);
        if (!tokenizer)
            return tokenizer.error();
        const int threads = options.threads == 0 ? usableCores() : options.threads;
        auto impl = std::make_unique<Impl>(model, options, *kernels, threads, std::move(*tokenizer));
        impl->loadSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return Pipeline(std::move(impl));
    });
}

Status Pipeline::check(const GenerateRequest& request) const {
    return withoutExceptions([&]() -> Status {
        PENJING_TRY(impl_->resolve(request));
        return {};
    });
}

Result<MemoryPlan> Pipeline::plan(const GenerateRequest& request) const {
    return withoutExceptions([&] { return impl_->plan(request); });
}

Result<GenerateResult> Pipeline::generate(const GenerateRequest& request, std::stop_token stop,
                                          const ProgressCallback& progress) {
    return withoutExceptions([&] { return impl_->generate(request, std::move(stop), progress); });
}

std::string Pipeline::kernelSetName() const {
    return std::string(impl_->kernels.name);
}

int Pipeline::threads() const {
    return impl_->threads;
}

}  // namespace penjing
