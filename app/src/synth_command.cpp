#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "command.h"
#include "console.h"
#include "output_name.h"
#include "parse_arguments.h"
#include "penjing/synth.h"

namespace penjing::cli {
namespace {

struct SynthArguments {
    std::string preset, out;
    std::optional<std::string> seed;
};

std::string presetNames() {
    std::string names;
    for (const auto name : synthPresetNames()) names += (names.empty() ? "" : "|") + std::string(name);
    return names;
}

Status synthesizePack(const SynthArguments& arguments, const std::stop_token& stop) {
    const auto preset = synthPresetByName(arguments.preset);
    if (!preset)
        return Error{ErrorCode::Usage, "--preset takes " + presetNames() + ", not \"" + arguments.preset + "\""};
    const auto seed = arguments.seed ? parseSeed("--seed", *arguments.seed) : Result<std::uint64_t>(0);
    if (!seed)
        return seed.error();
    PENJING_TRY(checkWritable(arguments.out));
    const bool showProgress = stderrIsTerminal();
    const Status status = synthesize(*preset, *seed, arguments.out, [&](std::uint64_t done, std::uint64_t total) {
        if (showProgress && total > 0)
            std::fprintf(stderr, "\r%3d %%", static_cast<int>(100 * done / total));
        return !stop.stop_requested();
    });
    if (showProgress)
        std::fputs("\r\x1b[K", stderr);
    PENJING_TRY(status);
    return printLine(arguments.out);
}

}  // namespace

void addSynthCommand(CLI::App& parser, Command& chosen) {
    auto arguments = std::make_shared<SynthArguments>();
    CLI::App* command = parser.add_subcommand("synth", "Write a pack with random weights, for timing");
    command->add_option("--preset", arguments->preset, presetNames())->required();
    command->add_option("-o", arguments->out, "Pack to write, replaced if it exists")->required();
    command->add_option("--seed", arguments->seed, "Same seed, same weights (0)");
    command->callback([arguments, &chosen] {
        chosen = [arguments](CancelSignals& signals) {
            const Status status = synthesizePack(*arguments, signals.token());
            return status ? 0 : fail(status.error());
        };
    });
}

}  // namespace penjing::cli
