#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "penjing/result.h"

namespace penjing {

struct JsonLimits {
    int depth = 16;
    std::size_t values = 1'000'000;  // objects, arrays, scalars in all
};

// Parses one JSON document into `out`. Refuses what nlohmann's parser lets pass: a key twice in one object (it keeps
// the last), and documents whose tree would be far larger than their text. ModelFile error; throws only bad_alloc.
Status parseStrictJson(std::string_view text, const JsonLimits& limits, nlohmann::json& out);

}  // namespace penjing
