#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "model_support.h"
#include "pack_support.h"
#include "penjing/import.h"

namespace penjing::test {

// The small klein models of training/import_golden.py, in the layouts that people have. Read-only: tests that spoil a
// layout make a copy.
inline std::filesystem::path importLayout(const std::string& name) {
    return std::filesystem::path(PENJING_IMPORT_LAYOUTS) / name;
}

// Options for a layout: the models' text encoders have four layers, three of which are listened to. Parts that a single
// file lacks come from the folder `others`.
inline ImportOptions importOptions(const std::filesystem::path& source, const std::filesystem::path& pack,
                                   const std::filesystem::path& others = {}) {
    ImportOptions options;
    options.source = source;
    options.pack = pack;
    options.textEncoder = options.vae = options.tokenizer = others;
    options.textOutLayers = {1, 2, 3};
    options.threads = 2;
    return options;
}

inline ImportReport mustImport(const ImportOptions& options) {
    const Result<ImportReport> report = importModel(options, {}, {});
    if (!report)
        throw std::runtime_error(report.error().message);
    return *report;
}

// A layout as a pack, imported once a process. GGUF files are completed from the unpacked folder of their kind.
struct ImportedModel {
    ImportReport report;
    Model model;

    static const ImportedModel& of(const std::string& layout);
};

}  // namespace penjing::test
