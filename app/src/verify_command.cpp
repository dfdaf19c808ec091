#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include "command.h"
#include "console.h"
#include "file_kind.h"
#include "model_lookup.h"
#include "penjing/verify.h"
#include "progress_bar.h"

namespace penjing::cli {
namespace {

// As diff and cmp do.
constexpr int exitDifferent = 1;

struct VerifyArguments {
    std::string file;
    std::string model;
};

int finish(const Status& status, int code = 0) {
    return status ? code : fail(status.error());
}

int verifyPack(const std::string& file) {
    const auto model = Model::open(file);
    if (!model)
        return fail(model.error());
    if (const Status status = model->verify(); !status)
        return fail(status.error());
    return finish(printLine(file + ": every checksum is right"));
}

std::string sentence(const PictureVerdict& verdict) {
    char decibels[32];
    std::snprintf(decibels, sizeof decibels, "PSNR %.1f dB", verdict.psnr);
    switch (verdict.match) {
        case Match::Identical:
            return "identical";
        case Match::SameLook:
            return std::string("same look (") + decibels + "): " + verdict.reason;
        case Match::Different:
            break;
    }
    const bool rendered = !std::isnan(verdict.psnr);
    return std::string("different") + (rendered ? std::string(" (") + decibels + ")" : "") + ": " + verdict.reason;
}

int verifyDrawing(const VerifyArguments& arguments, CancelSignals& signals) {
    const auto path = findModel(arguments.model);
    if (!path)
        return fail(path.error());
    const auto model = Model::open(*path);
    if (!model)
        return fail(model.error());
    ProgressBar bar(stderrIsTerminal());
    const auto verdict = verifyPicture(arguments.file, *model, signals.token(),
                                       [&bar](const Progress& progress) { bar.update(progress); });
    bar.clear();
    if (!verdict)
        return fail(verdict.error());
    return finish(printLine(printable(arguments.file + ": " + sentence(*verdict))),
                  verdict->match == Match::Different ? exitDifferent : 0);
}

int runVerify(const VerifyArguments& arguments, CancelSignals& signals) {
    const auto kind = fileKind(arguments.file);
    if (!kind)
        return fail(kind.error());
    return *kind == FileKind::Picture ? verifyDrawing(arguments, signals) : verifyPack(arguments.file);
}

}  // namespace

void addVerifyCommand(CLI::App& parser, Command& chosen) {
    auto arguments = std::make_shared<VerifyArguments>();
    CLI::App* command = parser.add_subcommand(
        "verify", "Check a pack's checksums, or draw a picture again from its own recipe and compare");
    command->add_option("FILE", arguments->file, "A pack or a PNG that penjing drew")->required();
    command->add_option("--model", arguments->model, "Pack that drew the picture (else as for generate)");
    command->callback([arguments, &chosen] {
        chosen = [arguments](CancelSignals& signals) { return runVerify(*arguments, signals); };
    });
}

}  // namespace penjing::cli
