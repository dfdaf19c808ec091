#include "pack/config_reader.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "pack/error_text.h"

namespace penjing {
namespace {

using nlohmann::json;

std::string shortNumber(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

std::string rangeText(double least, double most) {
    return shortNumber(least) + " to " + shortNumber(most);
}

// The value of an integer member that lies in [least, most].
bool integerInRange(const json& value, int least, int most, int& out) {
    if (!value.is_number_integer())
        return false;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT32_MAX))
        return false;
    const auto wide = value.get<std::int64_t>();
    if (wide < least || wide > most)
        return false;
    out = static_cast<int>(wide);
    return true;
}

bool finiteFloat(const json& value, float& out) {
    if (!value.is_number())
        return false;
    out = static_cast<float>(value.get<double>());
    return std::isfinite(out);
}

}  // namespace

ConfigReader::ConfigReader(const json& value, std::string path, std::string& problem)
    : object_(value.is_object() ? &value : nullptr), path_(std::move(path)), problem_(problem) {
    if (!object_ && problem_.empty())
        problem_ = (path_.empty() ? "the document" : path_) + ": must be an object";
}

void ConfigReader::report(const std::string& key, const std::string& what) {
    if (!problem_.empty())
        return;
    problem_ = path_.empty() ? "" : path_ + ".";
    problem_ += inQuotes(key);
    problem_ += ": " + what;
}

bool ConfigReader::has(const std::string& key) const {
    return object_ && object_->contains(key);
}

const json* ConfigReader::member(const std::string& key) {
    read_.insert(key);
    if (has(key))
        return &(*object_)[key];
    if (object_)
        report(key, "is missing");
    return nullptr;
}

ConfigReader ConfigReader::object(const std::string& key) {
    static const json kEmpty = json::object();
    const json* value = member(key);
    return {value ? *value : kEmpty, path_.empty() ? key : path_ + "." + key, problem_};
}

int ConfigReader::integer(const std::string& key, int least, int most) {
    int value = least;
    const json* found = member(key);
    if (found && !integerInRange(*found, least, most, value))
        report(key, "must be a whole number, " + rangeText(least, most));
    return value;
}

double ConfigReader::number(const std::string& key, double least, double most) {
    const json* found = member(key);
    if (!found)
        return least;
    const double value = found->is_number() ? found->get<double>() : std::nan("");
    if (value >= least && value <= most)
        return value;
    report(key, "must be a number, " + rangeText(least, most));
    return least;
}

bool ConfigReader::boolean(const std::string& key) {
    const json* found = member(key);
    if (found && !found->is_boolean())
        report(key, "must be true or false");
    return found && found->is_boolean() && found->get<bool>();
}

std::string ConfigReader::text(const std::string& key) {
    const json* found = member(key);
    if (found && !found->is_string())
        report(key, "must be a string");
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<int> ConfigReader::integers(const std::string& key, std::size_t leastCount, std::size_t mostCount,
                                        int least, int most) {
    std::vector<int> values;
    const json* found = member(key);
    bool good = found && found->is_array() && found->size() >= leastCount && found->size() <= mostCount;
    for (std::size_t i = 0; good && i < found->size(); ++i)
        good = integerInRange((*found)[i], least, most, values.emplace_back());
    if (found && !good)
        report(key, "must be a list of " + std::to_string(leastCount) + " to " + std::to_string(mostCount) +
                        " whole numbers, each " + rangeText(least, most));
    if (!good)
        values.assign(leastCount, least);
    return values;
}

bool ConfigReader::readNumbers(const json* array, std::size_t count, std::vector<float>& out) {
    if (!array || !array->is_array() || array->size() != count)
        return false;
    for (const json& element : *array)
        if (!finiteFloat(element, out.emplace_back()))
            return false;
    return true;
}

std::vector<float> ConfigReader::numbers(const std::string& key, std::size_t count) {
    std::vector<float> values;
    const json* found = member(key);
    if (!readNumbers(found, count, values)) {
        report(key, "must be a list of " + std::to_string(count) + " numbers");
        values.assign(count, 0.0f);
    }
    return values;
}

std::vector<std::vector<float>> ConfigReader::rows(const std::string& key, std::size_t width) {
    std::vector<std::vector<float>> result;
    const json* found = member(key);
    bool good = found && found->is_array();
    for (std::size_t i = 0; good && i < found->size(); ++i)
        good = readNumbers(&(*found)[i], width, result.emplace_back());
    if (good)
        return result;
    report(key, "must be a list of rows of " + std::to_string(width) + " numbers");
    return {};
}

std::vector<std::string> ConfigReader::texts(const std::string& key) {
    std::vector<std::string> values;
    const json* found = member(key);
    bool good = found && found->is_array();
    for (std::size_t i = 0; good && i < found->size(); ++i) {
        good = (*found)[i].is_string();
        if (good)
            values.push_back((*found)[i].get<std::string>());
    }
    if (found && !good)
        report(key, "must be a list of strings");
    return values;
}

std::vector<std::string> ConfigReader::keys() const {
    std::vector<std::string> result;
    if (object_)
        for (const auto& item : object_->items()) result.push_back(item.key());
    return result;
}

void ConfigReader::finish() {
    for (const std::string& key : keys())
        if (!read_.contains(key))
            report(key, "is not known to this version");
}

}  // namespace penjing
