#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "import/source_tensor.h"
#include "penjing/import.h"

namespace penjing {

// A file with a size that only one published file has.
struct PublishedFile {
    std::uint64_t bytes;
    std::string_view sha256;  // empty: not known
    std::string_view model;   // how a pack made of it is called; empty for parts that several models share
    std::string_view what;
};

// Null if no published file has this size.
const PublishedFile* publishedFileOfSize(std::uint64_t bytes);

// SHA-256 of a whole file in pieces, whose pages are given back. `progress` gets the bytes done and may fail.
Result<std::string> hashOfFile(const SourceFile& file, const std::function<Status(std::uint64_t)>& progress);

}  // namespace penjing
