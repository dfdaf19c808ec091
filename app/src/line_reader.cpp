#include "line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace penjing::cli {
namespace {

constexpr int sliceMilliseconds = 50;

Error readError() {
    return {ErrorCode::Usage, std::string("cannot read the input: ") + std::strerror(errno)};
}

LineReader::Line makeLine(std::string text, bool tooLong) {
    if (tooLong)
        return {{}, true};
    if (!text.empty() && text.back() == '\r')
        text.pop_back();
    return {std::move(text), false};
}

}  // namespace

Result<bool> LineReader::fill() {
    while (!atEnd_) {
        if (stop_.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled"};
        pollfd waiting{descriptor_, POLLIN, 0};
        const int ready = poll(&waiting, 1, sliceMilliseconds);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        if (ready < 0)
            return readError();
        std::array<char, 65536> chunk;
        const auto count = read(descriptor_, chunk.data(), chunk.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count < 0)
            return readError();
        atEnd_ = count == 0;
        buffer_.append(chunk.data(), static_cast<std::size_t>(count));
        return !atEnd_;
    }
    return false;
}

Result<std::optional<LineReader::Line>> LineReader::next() {
    bool tooLong = false;
    for (;;) {
        const auto lineBreak = buffer_.find('\n', searched_);
        if (lineBreak != std::string::npos) {
            tooLong = tooLong || lineBreak > maxLineBytes;
            std::string text = buffer_.substr(0, lineBreak);
            buffer_.erase(0, lineBreak + 1);
            searched_ = 0;
            return std::optional<Line>(makeLine(std::move(text), tooLong));
        }
        searched_ = buffer_.size();
        if (buffer_.size() > maxLineBytes) {  // keep nothing of a line that will be refused
            tooLong = true;
            buffer_.clear();
            searched_ = 0;
        }
        const auto more = fill();
        if (!more)
            return more.error();
        if (*more)
            continue;
        if (buffer_.empty() && !tooLong)
            return std::optional<Line>();
        searched_ = 0;
        return std::optional<Line>(makeLine(std::exchange(buffer_, {}), tooLong));
    }
}

Result<std::string> LineReader::readAll(std::size_t limit) {
    for (;;) {
        if (buffer_.size() > limit)
            return Error{ErrorCode::Usage, "the input is longer than " + std::to_string(limit) + " bytes"};
        const auto more = fill();
        if (!more)
            return more.error();
        if (!*more)
            return std::exchange(buffer_, {});
    }
}

}  // namespace penjing::cli
