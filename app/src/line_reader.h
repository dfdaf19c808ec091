#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "penjing/result.h"

namespace penjing::cli {

// Reads a file descriptor line by line. Waits in short slices, so that a stop request is answered even while
// nothing comes (a terminal, a pipe). Does not own the descriptor.
class LineReader {
public:
    static constexpr std::size_t maxLineBytes = std::size_t{1} << 20;

    LineReader(int descriptor, std::stop_token stop) : descriptor_(descriptor), stop_(std::move(stop)) {}

    struct Line {
        std::string text;      // without the line break (or CR LF)
        bool tooLong = false;  // more than maxLineBytes; text is then empty
    };
    // The next line; no value at the end. The last line needs no line break. Cancelled, or Usage if it cannot be read.
    Result<std::optional<Line>> next();

    // Everything up to the end, at most `limit` bytes (Usage error beyond that).
    Result<std::string> readAll(std::size_t limit);

private:
    // Appends what is there to buffer_; false at the end of the file.
    Result<bool> fill();

    int descriptor_;
    std::stop_token stop_;
    std::string buffer_;
    std::size_t searched_ = 0;  // bytes of buffer_ known to hold no line break
    bool atEnd_ = false;
};

}  // namespace penjing::cli
