#include "pack/strict_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pack/error_text.h"

namespace penjing {
namespace {

using nlohmann::json;

// Builds the tree and stops at the first thing that is not allowed; `problem` then says what.
class TreeBuilder final : public nlohmann::json_sax<json> {
public:
    TreeBuilder(const JsonLimits& limits, json& root) : limits_(limits), root_(root) {}

    const std::string& problem() const { return problem_; }

    bool null() override { return put(nullptr) != nullptr; }
    bool boolean(bool value) override { return put(value) != nullptr; }
    bool number_integer(number_integer_t value) override { return put(value) != nullptr; }
    bool number_unsigned(number_unsigned_t value) override { return put(value) != nullptr; }
    bool number_float(number_float_t value, const string_t&) override { return put(value) != nullptr; }
    bool string(string_t& value) override { return put(std::move(value)) != nullptr; }
    bool binary(binary_t&) override { return fail("binary value"); }

    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        auto& object = open_.back()->get_ref<json::object_t&>();
        const auto [position, isNew] = object.emplace(name, nullptr);
        if (!isNew)
            return fail("the key " + inQuotes(name) + " appears twice");
        slot_ = &position->second;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        return fail("not valid JSON at byte " + std::to_string(position));
    }

private:
    // Returns where the value went, null when there are too many. Pointers into open containers stay valid: an array
    // grows only while none of its elements is open.
    json* put(json value) {
        if (++values_ > limits_.values) {
            fail("more than " + std::to_string(limits_.values) + " values");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (open_.back()->is_object()) {
            *slot_ = std::move(value);
            return slot_;
        }
        auto& array = open_.back()->get_ref<json::array_t&>();
        array.push_back(std::move(value));
        return &array.back();
    }

    bool open(json container) {
        if (static_cast<int>(open_.size()) >= limits_.depth)
            return fail("nested more than " + std::to_string(limits_.depth) + " deep");
        json* placed = put(std::move(container));
        if (!placed)
            return false;
        open_.push_back(placed);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    bool fail(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    const JsonLimits& limits_;
    json& root_;
    std::vector<json*> open_;
    json* slot_ = nullptr;
    std::size_t values_ = 0;
    std::string problem_;
};

}  // namespace

Status parseStrictJson(std::string_view text, const JsonLimits& limits, json& out) {
    TreeBuilder builder(limits, out);
    if (json::sax_parse(text.begin(), text.end(), &builder))
        return {};
    return modelFileError(builder.problem().empty() ? "not valid JSON" : builder.problem());
}

}  // namespace penjing
