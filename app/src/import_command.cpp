#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "command.h"
#include "console.h"
#include "import_report.h"
#include "output_name.h"
#include "parse_arguments.h"
#include "penjing/import.h"

namespace penjing::cli {
namespace {

// As typed.
struct ImportArguments {
    std::string source, out;
    std::optional<std::string> textEncoder, vae, tokenizer, textLayers, quantize, dense, text, name, threads;
    bool json = false;
};

Error takes(const char* option, const std::string& expected, const std::string& given) {
    return {ErrorCode::Usage, std::string(option) + " takes " + expected + ", not \"" + given.substr(0, 40) + "\""};
}

// "9,18,27".
Status parseLayers(const std::string& text, std::vector<int>& layers) {
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const auto layer = parseInteger("--text-layers", text.substr(begin, end - begin), 1, 256);
        if (!layer)
            return takes("--text-layers", "layer numbers such as 9,18,27", text);
        layers.push_back(*layer);
        begin = end + 1;
    }
    return {};
}

Status parseDense(const char* option, const std::string& text, bool allowQ4, ImportDense& dense) {
    if (text == "keep")
        dense = ImportDense::Keep;
    else if (text == "q8")
        dense = ImportDense::Q8;
    else if (text == "q4" && allowQ4)
        dense = ImportDense::Q4;
    else
        return takes(option, allowQ4 ? "keep, q8 or q4" : "keep or q8", text);
    return {};
}

Result<ImportOptions> understand(const ImportArguments& arguments) {
    ImportOptions options;
    options.source = arguments.source;
    options.pack = arguments.out;
    options.textEncoder = arguments.textEncoder.value_or("");
    options.vae = arguments.vae.value_or("");
    options.tokenizer = arguments.tokenizer.value_or("");
    options.name = arguments.name.value_or("");
    if (arguments.textLayers)
        PENJING_TRY(parseLayers(*arguments.textLayers, options.textOutLayers));
    if (arguments.quantize) {
        const auto quantize = importQuantizeByName(*arguments.quantize);
        if (!quantize)
            return takes("--quantize", "exact, ternary, binary, q8 or keep", *arguments.quantize);
        options.quantize = *quantize;
    }
    if (arguments.dense)
        PENJING_TRY(parseDense("--dense", *arguments.dense, false, options.dense));
    if (arguments.text)
        PENJING_TRY(parseDense("--text", *arguments.text, true, options.text));
    if (arguments.threads) {
        const auto threads = parseInteger("--threads", *arguments.threads, 1, maxThreads);
        if (!threads)
            return threads.error();
        options.threads = *threads;
    }
    return options;
}

std::string leftText(double seconds) {
    if (seconds < 0.0)
        return {};
    const auto whole = static_cast<long>(std::min(std::ceil(seconds), 359999.0));
    if (whole < 60)
        return ", " + std::to_string(whole) + " s left";
    return ", " + std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s left";
}

// One line on a terminal, drawn over itself; the engine reports ten times a second.
void drawProgress(const ImportProgress& progress) {
    const auto percent =
        progress.totalBytes == 0 ? 0 : static_cast<int>(100 * progress.doneBytes / progress.totalBytes);
    std::fprintf(stderr, "\r%3d %%%s  %s\x1b[K", percent, leftText(progress.remainingSeconds).c_str(),
                 progress.tensor.empty() ? "comparing checksums" : printable(progress.tensor).substr(0, 60).c_str());
    std::fflush(stderr);
}

Status runImport(const ImportArguments& arguments, const std::stop_token& stop) {
    const auto options = understand(arguments);
    if (!options)
        return options.error();
    PENJING_TRY(checkWritable(arguments.out));
    const bool terminal = stderrIsTerminal();
    const auto start = std::chrono::steady_clock::now();
    const auto report = importModel(*options, stop, terminal ? drawProgress : ImportProgressCallback());
    if (terminal)
        std::fputs("\r\x1b[K", stderr);
    if (!report)
        return report.error();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (arguments.json)
        return printLine(importJson(*report, arguments.out, std::round(seconds * 1000.0) / 1000.0));
    for (const std::string& line : importLines(*report)) note(line);
    return printLine(arguments.out);
}

}  // namespace

void addImportCommand(CLI::App& parser, Command& chosen) {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* command = parser.add_subcommand("import", "Make a pack from published weights, such as Bonsai Image 4B");
    command->add_option("SOURCE", arguments->source, "The model's folder, or its transformer as .gguf or .safetensors")
        ->required();
    command->add_option("-o", arguments->out, "Pack to write, replaced if it exists")->required();
    command->add_option("--text-encoder", arguments->textEncoder, "Folder of the text encoder, if not in SOURCE");
    command->add_option("--vae", arguments->vae,
                        "Folder or .safetensors file of the picture decoder, if not in SOURCE");
    command->add_option("--tokenizer", arguments->tokenizer, "Folder of the tokenizer, if not in SOURCE");
    command->add_option(
        "--quantize", arguments->quantize,
        "exact|ternary|binary|q8|keep: what becomes of a transformer that is neither ternary nor binary "
        "(exact, the default, refuses it; ternary, binary and q8 lose something, which is measured)");
    command->add_option("--dense", arguments->dense, "keep|q8: how the transformer's other layers are stored (keep)");
    command->add_option("--text", arguments->text, "keep|q8|q4: how a text encoder of 16 bits is stored (keep)");
    command->add_option("--text-layers", arguments->textLayers,
                        "Layers of the text encoder whose outputs the transformer gets (9,18,27)");
    command->add_option("--name", arguments->name, "What to call the model (its published name, or SOURCE's)");
    command->add_option("--threads", arguments->threads, "Processor cores to use (all)");
    command->add_flag("--json", arguments->json, "One JSON object on standard output");
    command->callback([arguments, &chosen] {
        chosen = [arguments](CancelSignals& signals) {
            const Status status = runImport(*arguments, signals.token());
            return status ? 0 : fail(status.error());
        };
    });
}

}  // namespace penjing::cli
