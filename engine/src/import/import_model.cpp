#include <omp.h>

#include <algorithm>
#include <array>
#include <exception>

#include "import/import_meter.h"
#include "import/import_sources.h"
#include "import/pack_texts.h"
#include "import/preview_step.h"
#include "import/published_files.h"
#include "pack/error_text.h"
#include "pack/pack_writer.h"
#include "pack/weight_format.h"
#include "penjing/import.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

std::vector<const SourceFile*> filesOf(const ImportSources& sources) {
    std::vector<const SourceFile*> files;
    for (const SourcePart* part : {&sources.textEncoder, &sources.transformer, &sources.vae})
        for (const auto& file : part->catalog.files()) files.push_back(file.get());
    return files;
}

Status checkTarget(const fs::path& pack, const std::vector<const SourceFile*>& files) {
    std::error_code ignored;
    for (const SourceFile* file : files)
        if (fs::equivalent(pack, file->path, ignored))
            return Error{ErrorCode::Usage, pack.string() + ": is a file that is being imported; write to another"};
    return {};
}

Status checkSpace(const fs::path& pack, std::uint64_t bytes) {
    std::error_code error;
    const fs::path folder = pack.has_parent_path() ? pack.parent_path() : fs::path(".");
    const fs::space_info space = fs::space(folder, error);
    if (error || space.available >= bytes)
        return {};
    return Error{ErrorCode::WriteFailed, pack.string() + ": the pack takes " + std::to_string(bytes / 1'000'000) +
                                             " MB but only " + std::to_string(space.available / 1'000'000) +
                                             " MB are free there"};
}

// What --quantize did, for name and attribution; empty if nothing was lost.
std::string lossySuffix(const ImportSources& sources) {
    for (const PlannedTensor& tensor : sources.tensors) {
        if (tensor.method != Method::LeastSquares)
            continue;
        return tensor.format == WeightFormat::T3 ? "ternary by least squares, lossy" : "binary by least squares, lossy";
    }
    return {};
}

PackDescription describe(const ImportOptions& options, const ModelParts& parts, const ImportSources& sources,
                         const std::string& publishedName) {
    std::string name = options.name.empty() ? publishedName : options.name;
    if (name.empty())
        name = nameOfSource(options.source);
    const std::string lossy = lossySuffix(sources);
    if (lossy.empty())
        return {packName(name), licenseOf(parts), attributionOf(parts, ""), sources.config};
    return {packName(name + " (" + lossy + ")"), licenseOf(parts),
            attributionOf(parts, "The transformer's weights were made " + lossy + "."), sources.config};
}

std::uint64_t bytesToHash(const std::vector<const SourceFile*>& files) {
    std::uint64_t bytes = 0;
    for (const SourceFile* file : files) {
        const std::size_t size = file->mapping.bytes().size();
        const PublishedFile* known = publishedFileOfSize(size);
        bytes += known && !known->sha256.empty() ? size : 0;
    }
    return bytes;
}

// Says which files have the size of published ones, and whether they are those. The name of the model that one of
// them makes sure of, or nothing.
Result<std::string> recognise(const std::vector<const SourceFile*>& files, ImportMeter& meter, ImportReport& report) {
    std::string model;
    for (const SourceFile* file : files) {
        const PublishedFile* known = publishedFileOfSize(file->mapping.bytes().size());
        if (!known)
            continue;
        ImportReport::Published published{file->path, std::string(known->what), std::nullopt};
        if (!known->sha256.empty()) {
            const Result<std::string> hash =
                hashOfFile(*file, [&](std::uint64_t bytes) { return meter.advance(bytes); });
            if (!hash)
                return hash.error();
            published.hashMatches = *hash == known->sha256;
            if (*published.hashMatches && !known->model.empty())
                model = known->model;
            if (!*published.hashMatches)
                report.notes.push_back(file->path.string() + ": has the size of " + published.name +
                                       " but not its SHA-256: damaged, or another revision");
        }
        report.published.push_back(std::move(published));
    }
    return model;
}

std::string partOf(const std::string& name) {
    return name.substr(0, name.find('.'));
}

Status writeTensor(const PlannedTensor& tensor, const ImportSources& sources, const ConversionContext& context,
                   LossTable& losses) {
    switch (tensor.spec.kind) {
        case TensorKind::Bytes:
            return context.sink(sources.tokenizer);
        case TensorKind::Vector:
            return convertVector(tensor.stored, context);
        case TensorKind::Conv:
            return convertConvolution(tensor.stored, tensor.spec, context);
        default:
            break;
    }
    ConversionStats stats;
    PENJING_TRY(convertMatrix(tensor.rows, tensor.format, tensor.method, context, stats));
    losses.addTensor(partOf(tensor.spec.name), tensor.loss, tensor.spec.name, stats);
    return {};
}

Result<ImportReport> convertModel(const ImportOptions& options, const std::stop_token& stop,
                                  const ImportProgressCallback& progress) {
    ImportReport report;
    const Result<ModelParts> parts = findModelParts(options);
    if (!parts)
        return parts.error();
    const Result<ImportSources> sources = openSources(*parts, options, report);
    if (!sources)
        return sources.error();
    const std::vector<const SourceFile*> files = filesOf(*sources);
    PENJING_TRY(checkTarget(options.pack, files));

    std::vector<TensorPlan> plans;
    std::uint64_t packBytes = 0;
    for (const PlannedTensor& tensor : sources->tensors) {
        plans.push_back(planTensor(tensor.spec, tensor.format, sources->tokenizer.size()));
        packBytes += plans.back().bytes;
    }
    PENJING_TRY(checkSpace(options.pack, packBytes));
    PreviewStep preview(sources->config.vae, plans);
    ImportMeter meter(bytesToHash(files) + packBytes + preview.work(), stop, progress);
    const Result<std::string> publishedName = recognise(files, meter, report);
    if (!publishedName)
        return publishedName.error();

    PackDescription description = describe(options, *parts, *sources, *publishedName);
    description.config.preview = preview.placeholder();
    report.name = description.name;
    report.license = description.license;
    Result<PackWriter> writer = PackWriter::create(options.pack, description, plans);
    if (!writer)
        return writer.error();
    LossTable losses;
    const ConversionContext context{stop, options.threads > 0 ? options.threads : omp_get_num_procs(),
                                    [&](std::span<const std::byte> bytes) -> Status {
                                        PENJING_TRY(writer->append(bytes));
                                        return meter.advance(bytes.size());
                                    }};
    for (const PlannedTensor& tensor : sources->tensors) {
        meter.begin(tensor.spec.name);
        PENJING_TRY(writeTensor(tensor, *sources, context, losses));
    }
    PENJING_TRY(preview.run(*writer, context, meter, report));
    report.packBytes = writer->fileBytes();
    PENJING_TRY(writer->finish());
    losses.fill(report);
    return report;
}

Status checkOptions(const ImportOptions& options) {
    if (options.dense == ImportDense::Q4)
        return Error{ErrorCode::Usage, "the dense layers of the transformer may be kept or stored as q8, not as q4"};
    if (const std::string name(kernels::requestedKernelSet()); !name.empty() && !kernels::findKernelSet(name))
        return Error{ErrorCode::Usage, "no kernels called \"" + name + "\" run on this processor"};
    return {};
}

}  // namespace

std::optional<ImportQuantize> importQuantizeByName(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, ImportQuantize>, 5> kNames{{
        {"exact", ImportQuantize::Exact},
        {"ternary", ImportQuantize::Ternary},
        {"binary", ImportQuantize::Binary},
        {"q8", ImportQuantize::Q8},
        {"keep", ImportQuantize::Keep},
    }};
    for (const auto& [known, value] : kNames)
        if (known == name)
            return value;
    return std::nullopt;
}

Result<ImportReport> importModel(const ImportOptions& options, const std::stop_token& stop,
                                 const ImportProgressCallback& progress) {
    try {
        PENJING_TRY(checkOptions(options));
        return convertModel(options, stop, progress);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to import a model"};
    }
}

}  // namespace penjing
