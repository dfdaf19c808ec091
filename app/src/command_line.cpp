#include <CLI/CLI.hpp>
#include <string>

#include "command.h"
#include "console.h"

namespace penjing::cli {
namespace {

constexpr const char* description =
    "Penjing draws pictures from words on this computer, without a network.\n"
    "Exit codes: 0 done, 1 internal error or a picture that differs, 2 usage, 3 model file, 4 memory, 5 write failed,\n"
    "130 cancelled.";

// CLI11's explanations may have several lines; ours have one.
std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

Status printHelp(const std::string& text) {
    return printLine(text.substr(0, text.find_last_not_of('\n') + 1));
}

int finish(const Status& status) {
    return status ? 0 : fail(status.error());
}

}  // namespace

int runCommandLine(int argc, const char* const* argv) {
    // First, so that every thread that comes later inherits the blocked signals.
    CancelSignals signals;
    Command chosen;
    CLI::App parser(description, "penjing");
    parser.set_version_flag("--version", "penjing " PENJING_VERSION);
    parser.require_subcommand(0, 1);
    addGenerateCommand(parser, chosen);
    addInfoCommand(parser, chosen);
    addVerifyCommand(parser, chosen);
    addSynthCommand(parser, chosen);
    addBenchCommand(parser, chosen);
    addImportCommand(parser, chosen);
    try {
        parser.parse(argc, argv);
    } catch (const CLI::CallForVersion& version) {
        return finish(printHelp(version.what()));
    } catch (const CLI::Success&) {  // --help, of the program or of a sub-command
        return finish(printHelp(parser.help()));
    } catch (const CLI::ParseError& error) {
        return fail({ErrorCode::Usage, firstLine(error.what()) + " (penjing --help explains)"});
    }
    if (!chosen)
        return fail({ErrorCode::Usage, "say what to do: generate, info, import, verify, synth or bench (penjing --help)"});
    return chosen(signals);
}

}  // namespace penjing::cli
