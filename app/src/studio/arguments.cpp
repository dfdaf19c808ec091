#include "studio/arguments.h"

#include <CLI/CLI.hpp>

#include "console.h"

namespace penjing::studio {
namespace {

constexpr const char* description =
    "The window of Penjing, which draws pictures from words on this computer, without a network.\n"
    "If it is open already, it comes to the front and opens the files.\n"
    "Exit codes: 0 done, 1 internal error, 2 usage or no display, 3 model file, 4 memory, 5 write failed.";

std::string withoutLastNewlines(const std::string& text) {
    return text.substr(0, text.find_last_not_of('\n') + 1);
}

Result<std::optional<Arguments>> answered(const std::string& text) {
    PENJING_TRY(cli::printLine(withoutLastNewlines(text)));
    return std::optional<Arguments>();
}

}  // namespace

Result<std::optional<Arguments>> parseArguments(int argc, const char* const* argv) {
    Arguments arguments;
    CLI::App parser(description, "penjing-studio");
    parser.set_version_flag("--version", "penjing-studio " PENJING_VERSION);
    parser.add_option("--model", arguments.model, "The model to draw with (else PENJING_MODEL, else the last one)")
        ->type_name("PACK");
    parser.add_option("--pictures", arguments.pictures, "Where pictures are kept, for this time")->type_name("FOLDER");
    parser.add_option("--state", arguments.state, "Where settings, queue, models and caches are kept, all of them")
        ->type_name("FOLDER");
    parser.add_option("files", arguments.files, "Pictures whose settings to take over, models to add");
    try {
        parser.parse(argc, argv);
    } catch (const CLI::CallForVersion& version) {
        return answered(version.what());
    } catch (const CLI::Success&) {
        return answered(parser.help());
    } catch (const CLI::ParseError& error) {
        const std::string text = error.what();
        return Error{ErrorCode::Usage, text.substr(0, text.find('\n')) + " (penjing-studio --help explains)"};
    }
    return std::optional(std::move(arguments));
}

}  // namespace penjing::studio
