#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace penjing {

// A JSON object as other programs write it. Python's NaN and Infinity are read as null, and escapes of half a surrogate
// pair as U+FFFD. Nothing if it is no object, nested more than 64 deep, or has more than 200,000 values.
std::optional<nlohmann::json> parseForeignJson(std::string_view text);

// The member, null if `object` is no object or lacks it.
const nlohmann::json* member(const nlohmann::json& object, std::string_view key);

// A string, number or boolean as text; empty for everything else.
std::string scalarText(const nlohmann::json& value);
// Same of a member; empty if there is none.
std::string textOf(const nlohmann::json& object, std::string_view key);

}  // namespace penjing
