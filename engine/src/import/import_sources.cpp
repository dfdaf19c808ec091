#include "import/import_sources.h"

#include "import/gguf_source.h"
#include "import/safetensors_source.h"
#include "import/source_config.h"
#include "pack/error_text.h"
#include "pack/weight_format.h"
#include "tokenizer/qwen_tokenizer_files.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

Status openPart(const fs::path& path, SourcePart& part) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        Result<TensorCatalog> folder = openSafetensorsFolder(path);
        if (!folder)
            return folder.error();
        part.catalog = std::move(*folder);
        return {};
    }
    const std::string extension = path.extension().string();
    if (extension == ".gguf")
        return addGgufFile(path, part.catalog);
    if (extension == ".safetensors")
        return addSafetensorsFile(path, part.catalog);
    return modelFileError(path.string() + ": is neither a folder nor a .safetensors or .gguf file");
}

Status stripPrefixes(TensorCatalog& catalog, std::initializer_list<std::string_view> prefixes) {
    for (const std::string_view prefix : prefixes) PENJING_TRY(catalog.stripPrefix(prefix));
    return {};
}

Status openParts(const ModelParts& parts, ImportSources& sources) {
    PENJING_TRY(openPart(parts.transformer, sources.transformer));
    PENJING_TRY(stripPrefixes(sources.transformer.catalog, {"model.diffusion_model."}));
    sources.transformer.naming = transformerNaming(sources.transformer.catalog);
    PENJING_TRY(openPart(parts.textEncoder, sources.textEncoder));
    PENJING_TRY(stripPrefixes(sources.textEncoder.catalog, {"model."}));
    PENJING_TRY(openPart(parts.vae, sources.vae));
    sources.vae.naming = vaeNaming(sources.vae.catalog);
    return {};
}

Status readTokenizer(const fs::path& folder, ImportSources& sources) {
    Result<std::vector<std::byte>> bytes = readQwenTokenizer(folder);
    if (!bytes)
        return bytes.error();
    sources.tokenizer = std::move(*bytes);
    Result<TokenizerConfig> config = qwenTokenizerConfig(sources.tokenizer);
    if (!config)
        return modelFileError(folder.string() + ": " + config.error().message);
    sources.config.tokenizer = std::move(*config);
    return {};
}

Status readConfig(const ModelParts& parts, const ImportOptions& options, ImportSources& sources, ImportReport& report) {
    const SourcePart& transformer = sources.transformer;
    const fs::path transformerConfig = configOf(parts.transformer, "Flux2Transformer2DModel");
    Result<TransformerConfig> dit = transformerConfig.empty()
                                        ? transformerConfigFromShapes(transformer.catalog, transformer.naming)
                                        : readTransformerConfig(transformerConfig, report.notes);
    if (!dit)
        return dit.error();
    sources.config.transformer = *dit;
    const fs::path textConfig = configOf(parts.textEncoder, "");
    if (textConfig.empty())
        return modelFileError(parts.textEncoder.string() +
                              ": config.json is missing; it is beside the weights where they come from");
    Result<TextEncoderConfig> text = readTextEncoderConfig(textConfig, options.textOutLayers);
    if (!text)
        return text.error();
    sources.config.textEncoder = *text;
    Result<VaeConfig> vae =
        readVaeConfig(configOf(parts.vae, "AutoencoderKLFlux2"), sources.vae.catalog, sources.vae.naming);
    if (!vae)
        return vae.error();
    sources.config.vae = *vae;
    PENJING_TRY(readPipelineConfig(parts.scheduler, parts.modelIndex, sources.config, report.notes));
    PENJING_TRY(readTokenizer(parts.tokenizer, sources));
    // One place judges configurations, whoever wrote them.
    if (const auto checked = parseModelConfig(toJson(sources.config)); !checked)
        return modelFileError("the parts do not make a model that runs: " + checked.error().message);
    return {};
}

Status planParts(const ModelParts& parts, const ImportOptions& options, ImportSources& sources, ImportReport& report) {
    std::vector<TensorSpec> text, transformer, vae;
    std::vector<PlannedTensor>& out = sources.tensors;
    for (TensorSpec& spec : expectedTensors(sources.config)) {
        if (spec.kind == TensorKind::Bytes)
            out.emplace_back().spec = spec;
        else if (spec.name.starts_with("text_encoder."))
            text.push_back(spec);
        else if (spec.name.starts_with("transformer."))
            transformer.push_back(spec);
        else
            vae.push_back(spec);
    }
    std::string textEncoding, transformerEncoding;
    PENJING_TRY(planTextEncoder(sources.textEncoder, text, options, out, textEncoding, report));
    PENJING_TRY(planTransformer(sources.transformer, transformer, options, out, transformerEncoding, report));
    const std::size_t blocks = sources.config.vae.decoderBlockOutChannels.size();
    PENJING_TRY(planVae(sources.vae, vae, blocks, out, report));

    const auto storedAs = [&](std::string_view name) {
        for (const PlannedTensor& tensor : out)
            if (tensor.spec.name.ends_with(name))
                return ", stored as " + std::string(formatName(tensor.format));
        return std::string();
    };
    report.parts.push_back({"tokenizer", "Qwen2 byte-level BPE", parts.tokenizer});
    report.parts.push_back(
        {"text_encoder", "Qwen3, " + textEncoding + storedAs("mlp.up_proj.weight"), parts.textEncoder});
    report.parts.push_back(
        {"transformer",
         transformerEncoding + ", " + namingText(sources.transformer.naming) + storedAs("attn.to_qkv_mlp_proj.weight"),
         parts.transformer});
    std::string widths;
    for (const int width : sources.config.vae.decoderBlockOutChannels)
        widths += (widths.empty() ? "" : "/") + std::to_string(width);
    report.parts.push_back({"vae", "decoder " + widths + ", " + namingText(sources.vae.naming), parts.vae});
    return {};
}

}  // namespace

Result<ImportSources> openSources(const ModelParts& parts, const ImportOptions& options, ImportReport& report) {
    ImportSources sources;
    PENJING_TRY(openParts(parts, sources));
    PENJING_TRY(readConfig(parts, options, sources, report));
    PENJING_TRY(planParts(parts, options, sources, report));
    return sources;
}

}  // namespace penjing
