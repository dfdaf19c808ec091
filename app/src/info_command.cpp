#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <string>

#include "command.h"
#include "console.h"
#include "file_kind.h"
#include "info_text.h"
#include "model_lookup.h"
#include "penjing/foreign_recipe.h"
#include "penjing/model.h"
#include "penjing/system_info.h"
#include "text_layout.h"

namespace penjing::cli {
namespace {

Status printRows(std::string rows) {
    rows.pop_back();  // printLine ends the last one
    return printLine(rows);
}

Status printSystem() {
    const SystemInfo system = systemInfo();
    std::string rows = row("penjing", PENJING_VERSION) +
                       row("processor", system.processor.empty() ? "unknown" : system.processor) +
                       row("cores", std::to_string(system.cores) + " usable") + listRow("kernels", system.kernelSets);
    if (const char* forced = std::getenv("PENJING_KERNELS"); forced && *forced)
        rows += row("", std::string("PENJING_KERNELS asks for ") + forced);
    rows += row("memory", bytesText(system.availableMemory) + " free of " + bytesText(system.totalMemory));
    const auto model = findModel({});
    rows += row("model", model ? model->string() : model.error().message);
    return printRows(rows);
}

Status printRecipe(const std::string& file) {
    const auto recipe = readForeignRecipe(file);
    if (!recipe)
        return recipe.error();
    if (!*recipe)
        return printLine(printable(file + ": no recipe"));
    return printRows(describe(**recipe));
}

Status printModel(const std::string& file) {
    const auto model = Model::open(file);
    if (!model)
        return model.error();
    return printRows(describe(model->info()));
}

Status printInfo(const std::string& file) {
    if (file.empty())
        return printSystem();
    const auto kind = fileKind(file);
    if (!kind)
        return kind.error();
    return *kind == FileKind::Picture ? printRecipe(file) : printModel(file);
}

}  // namespace

void addInfoCommand(CLI::App& parser, Command& chosen) {
    auto file = std::make_shared<std::string>();
    CLI::App* command =
        parser.add_subcommand("info", "What is in a pack, how a picture was made, or what this computer has");
    command->add_option("FILE", *file, "A pack or a PNG; without it: processor, kernels, memory");
    command->callback([file, &chosen] {
        chosen = [file](CancelSignals&) {
            const Status status = printInfo(*file);
            return status ? 0 : fail(status.error());
        };
    });
}

}  // namespace penjing::cli
