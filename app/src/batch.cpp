#include "batch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "batch_request.h"
#include "console.h"
#include "line_reader.h"
#include "picture_json.h"
#include "random_seed.h"

namespace penjing::cli {
namespace {

// The descriptor of a batch file; stdin is borrowed.
class Input {
public:
    explicit Input(const std::string& file)
        : owned_(file != "-"), descriptor_(owned_ ? open(file.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}
    ~Input() {
        if (owned_ && descriptor_ >= 0)
            close(descriptor_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    int descriptor() const { return descriptor_; }

private:
    bool owned_;
    int descriptor_;
};

Result<DrawnPicture> serve(DrawSession& session, const LineReader::Line& line, const GenerateRequest& defaults,
                           const std::stop_token& stop) {
    if (line.tooLong)
        return Error{ErrorCode::Usage, "the line is longer than 1 MiB"};
    auto request = parseBatchRequest(line.text, defaults);
    if (!request)
        return request.error();
    auto existing = session.findExisting(request->generate, request->seedGiven, request->out);
    if (!existing)
        return existing.error();
    if (*existing)
        return std::move(**existing);
    if (!request->seedGiven)
        request->generate.seed = randomSeed();
    return session.draw(request->generate, request->out, stop);
}

bool isBlank(const LineReader::Line& line) {
    return !line.tooLong && line.text.find_first_not_of(" \t") == std::string::npos;
}

}  // namespace

int runBatch(const std::string& file, const DrawOptions& options, const GenerateRequest& defaults,
             std::stop_token stop) {
    const Input input(file);
    if (input.descriptor() < 0)
        return fail({ErrorCode::Usage, "cannot read " + file + ": " + std::strerror(errno)});
    auto session = DrawSession::open(options);
    if (!session)
        return fail(session.error());

    LineReader reader(input.descriptor(), stop);
    int worst = 0;
    for (long number = 1;; ++number) {
        const auto line = reader.next();
        if (!line)
            return fail(line.error());
        if (!*line)
            return worst;
        if (isBlank(**line))
            continue;
        const auto picture = serve(*session, **line, defaults, stop);
        if (!picture)
            worst = std::max(worst, exitCode(picture.error()));
        if (const Status printed = printLine(picture ? toJson(*picture) : toJson(picture.error(), number)); !printed)
            return fail(printed.error());
        if (stop.stop_requested())
            return exitCode({ErrorCode::Cancelled, {}});
    }
}

}  // namespace penjing::cli
