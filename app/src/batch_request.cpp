#include "batch_request.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "parse_arguments.h"

namespace penjing::cli {
namespace {

using Json = nlohmann::json;

Error usage(const std::string& message) {
    return {ErrorCode::Usage, message};
}

Result<int> wholeNumber(const std::string& key, const Json& value, int max) {
    if (!value.is_number_integer() || value < 1 || value > max)
        return usage("\"" + key + "\" takes a whole number from 1 to " + std::to_string(max));
    return value.get<int>();
}

Result<std::uint64_t> seedOf(const std::string& key, const Json& value) {
    if (value.is_string())
        return parseSeed("\"" + key + "\"", value.get_ref<const std::string&>());
    if (!value.is_number_unsigned())
        return usage("\"" + key + "\" takes a whole number from 0 to 18446744073709551615");
    return value.get<std::uint64_t>();
}

Status setSize(const Json& value, GenerateRequest& request) {
    if (!value.is_string())
        return usage("\"size\" takes a text such as \"256x256\"");
    const auto size = parseSize(value.get_ref<const std::string&>());
    if (!size)
        return size.error();
    request.width = size->width;
    request.height = size->height;
    return {};
}

Status setWholeNumber(const std::string& key, const Json& value, int max, int& target) {
    const auto number = wholeNumber(key, value, max);
    if (!number)
        return number.error();
    target = *number;
    return {};
}

Status setVariation(const Json& json, GenerateRequest& request) {
    const auto seedValue = json.find("variation_seed");
    const auto strength = json.find("variation_strength");
    if (seedValue == json.end() && strength == json.end())
        return {};
    if (seedValue == json.end() || strength == json.end())
        return usage("\"variation_seed\" and \"variation_strength\" go together");
    const auto seed = seedOf(seedValue.key(), *seedValue);
    if (!seed)
        return seed.error();
    if (!strength->is_number() || !(strength->get<double>() > 0.0 && strength->get<double>() <= 1.0))
        return usage("\"variation_strength\" takes a number above 0, at most 1");
    request.variation = Variation{*seed, strength->get<double>()};
    return {};
}

Status setKey(const std::string& key, const Json& value, BatchRequest& request) {
    if (key == "prompt" || key == "out") {
        if (!value.is_string() || value.get_ref<const std::string&>().empty())
            return usage("\"" + key + "\" takes a text");
        if (key == "prompt")
            request.generate.prompt = value.get<std::string>();
        else
            request.out = value.get<std::string>();
        return {};
    }
    if (key == "seed") {
        const auto seed = seedOf(key, value);
        if (!seed)
            return seed.error();
        request.generate.seed = *seed;
        request.seedGiven = true;
        return {};
    }
    if (key == "guidance") {
        if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0.0)
            return usage("\"guidance\" takes a number, 0 or more");
        request.generate.guidance = value.get<double>();
        return {};
    }
    if (key == "steps")
        return setWholeNumber(key, value, maxSteps, request.generate.steps);
    if (key == "width")
        return setWholeNumber(key, value, maxPixelsPerSide, request.generate.width);
    if (key == "height")
        return setWholeNumber(key, value, maxPixelsPerSide, request.generate.height);
    if (key == "size")
        return setSize(value, request.generate);
    if (key == "stop_after")
        return setWholeNumber(key, value, maxSteps, request.generate.stopAfterStep);
    if (key == "compact_text") {
        if (!value.is_boolean())
            return usage("\"compact_text\" takes true or false");
        request.generate.compactText = value.get<bool>();
        return {};
    }
    if (key == "variation_seed" || key == "variation_strength")
        return {};  // setVariation() looks at both
    return usage("unknown key \"" + key.substr(0, 40) + "\"");
}

}  // namespace

Result<BatchRequest> parseBatchRequest(std::string_view line, const GenerateRequest& defaults) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return usage("not a JSON object");
    BatchRequest request;
    request.generate = defaults;
    for (const auto& [key, value] : json.items()) PENJING_TRY(setKey(key, value, request));
    PENJING_TRY(setVariation(json, request.generate));
    if (!json.contains("prompt"))
        return usage("no \"prompt\"");
    return request;
}

}  // namespace penjing::cli
