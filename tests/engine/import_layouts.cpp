#include "import_layouts.h"

#include <map>

namespace penjing::test {

const ImportedModel& ImportedModel::of(const std::string& layout) {
    static const TemporaryFolder folder;
    static std::map<std::string, std::unique_ptr<ImportedModel>> imported;
    std::unique_ptr<ImportedModel>& model = imported[layout];
    if (!model) {
        const bool file = layout.ends_with(".gguf");
        const bool binary = layout.find("binary") != std::string::npos;
        const auto others = file ? importLayout(binary ? "binary-unpacked" : "ternary-unpacked") : "";
        const std::filesystem::path pack = folder / (std::to_string(imported.size()) + ".penjing");
        ImportOptions options = importOptions(importLayout(layout), pack, others);
        if (layout == "plain")
            options.quantize = ImportQuantize::Keep;
        if (layout == "small-decoder") {
            options.source = importLayout("ternary-unpacked");
            options.vae = importLayout(layout);
        }
        ImportReport report = mustImport(options);
        model = std::make_unique<ImportedModel>(ImportedModel{std::move(report), openModel(pack)});
    }
    return *model;
}

}  // namespace penjing::test
