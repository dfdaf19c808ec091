#include <CLI/CLI.hpp>

#include "command.h"
#include "console.h"

namespace penjing::cli {

void addImportCommand(CLI::App& parser, Command& chosen) {
    CLI::App* command = parser.add_subcommand("import", "Make a pack from published weights (in a later version)");
    command->allow_extras();
    command->callback([&chosen] {
        chosen = [](CancelSignals&) { return fail({ErrorCode::Usage, "import comes with a later version"}); };
    });
}

}  // namespace penjing::cli
