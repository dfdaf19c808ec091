#pragma once

#include <functional>

#include "cancel_signals.h"

namespace CLI {
class App;
}

namespace penjing::cli {

// A chosen sub-command with its arguments; returns the exit code.
using Command = std::function<int(CancelSignals& signals)>;

// Each adds one sub-command with its options to the parser. When the command line names it, parsing stores in `chosen`
// what is to be run. `chosen` must outlive the parser.
void addGenerateCommand(CLI::App& parser, Command& chosen);
void addInfoCommand(CLI::App& parser, Command& chosen);
void addVerifyCommand(CLI::App& parser, Command& chosen);
void addSynthCommand(CLI::App& parser, Command& chosen);
void addBenchCommand(CLI::App& parser, Command& chosen);
void addImportCommand(CLI::App& parser, Command& chosen);

// Parses the command line and runs what it asks for. Returns the exit code; throws nothing but std::bad_alloc.
int runCommandLine(int argc, const char* const* argv);

}  // namespace penjing::cli
