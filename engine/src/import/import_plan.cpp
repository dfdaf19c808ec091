#include "import/import_plan.h"

#include <algorithm>
#include <functional>

#include "pack/error_text.h"
#include "pack/weight_format.h"

namespace penjing {
namespace {

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

// "transformer.x.weight" → "x.weight".
std::string withoutPart(const std::string& name) {
    return name.substr(name.find('.') + 1);
}

// "x.weight" → "x".
std::string moduleOf(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

Error missing(const TensorCatalog& catalog, const std::string& name) {
    return modelFileError(catalog.files().front()->path.string() + ": tensor " + inQuotes(name) + " is missing");
}

Status takeVector(TensorCatalog& catalog, const std::vector<std::string>& names, PlannedTensor& tensor) {
    const SourceTensor* found = nullptr;
    for (const std::string& name : names)
        if (!found)
            found = catalog.take(name);
    if (!found)
        return missing(catalog, names.front());
    std::size_t count = 1;
    for (const std::size_t dimension : found->shape) count *= dimension;
    if (count != size(tensor.spec.n) || !plainEncoding(found->dtype))
        return sourceError(*found, "is " + found->dtype + " " + shapeText(found->shape) +
                                       " but this configuration needs BF16, F16 or F32 [" +
                                       std::to_string(tensor.spec.n) + "]");
    tensor.stored = *found;
    return {};
}

Status takeConvolution(TensorCatalog& catalog, const std::string& name, PlannedTensor& tensor) {
    const SourceTensor* found = catalog.take(name);
    if (!found)
        return missing(catalog, name);
    const TensorSpec& spec = tensor.spec;
    const std::vector<std::size_t> expected{size(spec.n), size(spec.k), size(spec.kernel), size(spec.kernel)};
    const auto encoding = plainEncoding(found->dtype);
    if (found->shape != expected || !encoding)
        return sourceError(*found, "is " + found->dtype + " " + shapeText(found->shape) +
                                       " but this configuration needs BF16, F16 or F32 " + shapeText(expected));
    tensor.stored = *found;
    tensor.format = *exactDenseFormat(*encoding);
    return {};
}

// As it is where the pack has such a format, else BF16, which rounds.
void keepDense(PlannedTensor& tensor, const std::string& part) {
    const Encoding encoding = tensor.rows.source().encoding;
    tensor.method = Method::Dense;
    tensor.format = exactDenseFormat(encoding).value_or(WeightFormat::BF16);
    tensor.loss = part + ": " + encodingName(encoding) + " matrices as bf16";
}

bool fitsGroups(const TensorSpec& spec) {
    return spec.k % kGroupSize == 0;
}

void nearest(PlannedTensor& tensor, WeightFormat format, const std::string& what) {
    tensor.method = Method::Nearest;
    tensor.format = format;
    tensor.loss = what + " as " + std::string(formatName(format));
}

// The codes of the source, if the pack has them.
bool keepCodes(PlannedTensor& tensor) {
    const auto coded = codedFormat(tensor.rows.source().encoding);
    if (tensor.spec.kind != TensorKind::LowBit || !coded || !fitsGroups(tensor.spec))
        return false;
    tensor.method = Method::Codes;
    tensor.format = *coded;
    return true;
}

// What the linears of the blocks become that are plain numbers in the source.
Result<WeightFormat> structureOf(const std::vector<PlannedTensor*>& plain) {
    std::optional<WeightFormat> found;
    for (const PlannedTensor* tensor : plain) {
        const auto sample = sampleStructure(tensor->rows);
        if (!sample)
            return sample.error();
        // Ternary anywhere is ternary everywhere: it holds binary groups exactly, but not the other way round.
        if (*sample == WeightFormat::T3 || !found)
            found = sample->has_value() ? *sample : found;
    }
    return found.value_or(WeightFormat::T3);
}

Status chooseBlockFormats(const std::vector<PlannedTensor*>& plain, ImportQuantize quantize) {
    if (plain.empty())
        return {};
    WeightFormat exact = WeightFormat::T3;
    if (quantize == ImportQuantize::Exact) {
        const Result<WeightFormat> structure = structureOf(plain);
        if (!structure)
            return structure.error();
        exact = *structure;
    }
    for (PlannedTensor* tensor : plain) {
        switch (quantize) {
            case ImportQuantize::Exact:
                tensor->method = Method::Exact;
                tensor->format = exact;
                break;
            case ImportQuantize::Ternary:
            case ImportQuantize::Binary:
                tensor->method = Method::LeastSquares;
                tensor->format = quantize == ImportQuantize::Ternary ? WeightFormat::T3 : WeightFormat::B1;
                tensor->loss = std::string("transformer: linears made ") +
                               (quantize == ImportQuantize::Ternary ? "ternary" : "binary");
                break;
            case ImportQuantize::Q8:
                nearest(*tensor, WeightFormat::Q8, "transformer: linears");
                break;
            case ImportQuantize::Keep:
                keepDense(*tensor, "transformer");
                break;
        }
    }
    return {};
}

Status checkUnused(const TensorCatalog& catalog, const std::function<bool(const std::string&)>& useless,
                   std::vector<std::string>& ignored) {
    for (const std::string& name : catalog.unused()) {
        if (!useless(name))
            return sourceError(*catalog.find(name), "a model of this configuration has no such tensor");
        ignored.push_back(name);
    }
    return {};
}

// Number of the layer that "layers.N.…" belongs to, −1 for other names.
int layerOf(const std::string& name) {
    constexpr std::string_view kPrefix = "layers.";
    return name.starts_with(kPrefix) ? std::atoi(name.substr(kPrefix.size(), 6).c_str()) : -1;
}

}  // namespace

Status planTransformer(SourcePart& source, const std::vector<TensorSpec>& specs, const ImportOptions& options,
                       std::vector<PlannedTensor>& out, std::string& description, ImportReport& report) {
    const std::size_t begin = out.size();
    bool coded = false;
    for (const TensorSpec& spec : specs) {
        PlannedTensor& tensor = out.emplace_back();
        tensor.spec = spec;
        const std::string name = withoutPart(spec.name);
        if (spec.kind == TensorKind::Vector) {
            const std::string stored = transformerVector(source.naming, name);
            PENJING_TRY(takeVector(source.catalog, {stored, moduleOf(stored) + ".weight"}, tensor));
            continue;
        }
        const std::vector<ModuleRows> rows = transformerRows(source.naming, moduleOf(name), size(spec.n));
        Result<SourceMatrix> matrix = takeMatrix(source.catalog, rows.front().module, rows.front().all, size(spec.k));
        if (!matrix)
            return matrix.error();
        std::vector<MatrixRows::Range> ranges;
        for (const ModuleRows& part : rows) ranges.push_back({part.first, part.count});
        tensor.rows = MatrixRows(std::move(*matrix), std::move(ranges));
        // The picture goes in and out through the embedder and the output: too small to be worth rounding.
        const bool picture = name == "x_embedder.weight" || name == "proj_out.weight";
        if (keepCodes(tensor)) {
            coded = true;
            description = encodingName(tensor.rows.source().encoding);
        } else if (options.dense == ImportDense::Q8 && spec.kind == TensorKind::Dense && fitsGroups(spec) && !picture) {
            nearest(tensor, WeightFormat::Q8, "transformer: dense layers");
        } else {
            keepDense(tensor, "transformer");
        }
    }
    std::vector<PlannedTensor*> plain;
    for (std::size_t i = begin; i < out.size(); ++i)
        if (out[i].spec.kind == TensorKind::LowBit && out[i].method == Method::Dense && fitsGroups(out[i].spec))
            plain.push_back(&out[i]);
    PENJING_TRY(chooseBlockFormats(plain, options.quantize));
    if (coded && options.quantize != ImportQuantize::Exact)
        report.notes.push_back("the transformer is quantised already, so --quantize changed nothing of that");
    if (!coded && !plain.empty())
        description = encodingName(plain.front()->rows.source().encoding);
    return checkUnused(
        source.catalog, [](const std::string&) { return false; }, report.ignored);
}

Status planTextEncoder(SourcePart& source, const std::vector<TensorSpec>& specs, const ImportOptions& options,
                       std::vector<PlannedTensor>& out, std::string& description, ImportReport& report) {
    int layers = 0;
    for (const TensorSpec& spec : specs) {
        PlannedTensor& tensor = out.emplace_back();
        tensor.spec = spec;
        const std::string name = withoutPart(spec.name);
        layers = std::max(layers, layerOf(name) + 1);
        if (spec.kind == TensorKind::Vector) {
            PENJING_TRY(takeVector(source.catalog, {name}, tensor));
            continue;
        }
        Result<SourceMatrix> matrix = takeMatrix(source.catalog, moduleOf(name), size(spec.n), size(spec.k));
        if (!matrix)
            return matrix.error();
        description = encodingName(matrix->encoding);
        tensor.rows = MatrixRows(std::move(*matrix), {{0, size(spec.n)}});
        if (keepCodes(tensor))
            continue;
        if (options.text == ImportDense::Keep || !fitsGroups(spec))
            keepDense(tensor, "text encoder");
        else
            nearest(tensor, options.text == ImportDense::Q8 ? WeightFormat::Q8 : WeightFormat::Q4,
                    "text encoder: matrices");
    }
    const auto useless = [layers](const std::string& name) {
        return layerOf(name) >= layers || name == "norm.weight" || name.starts_with("lm_head.") ||
               name.ends_with("rotary_emb.inv_freq");
    };
    return checkUnused(source.catalog, useless, report.ignored);
}

Status planVae(SourcePart& source, const std::vector<TensorSpec>& specs, std::size_t blocks,
               std::vector<PlannedTensor>& out, ImportReport& report) {
    for (const TensorSpec& spec : specs) {
        PlannedTensor& tensor = out.emplace_back();
        tensor.spec = spec;
        const std::string name = withoutPart(spec.name);
        const std::string ending = name.substr(name.rfind('.'));
        const std::string module = vaeModule(source.naming, moduleOf(name), blocks);
        if (spec.kind == TensorKind::Vector) {
            PENJING_TRY(takeVector(source.catalog, {module + ending}, tensor));
        } else if (spec.kind == TensorKind::Conv) {
            PENJING_TRY(takeConvolution(source.catalog, module + ending, tensor));
        } else {
            Result<SourceMatrix> matrix = takeMatrix(source.catalog, module, size(spec.n), size(spec.k));
            if (!matrix)
                return matrix.error();
            tensor.rows = MatrixRows(std::move(*matrix), {{0, size(spec.n)}});
            keepDense(tensor, "decoder");
        }
    }
    const auto useless = [](const std::string& name) {
        return name.starts_with("encoder.") || name.starts_with("quant_conv.") || name == "bn.num_batches_tracked";
    };
    return checkUnused(source.catalog, useless, report.ignored);
}

}  // namespace penjing
