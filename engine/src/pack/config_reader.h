#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

namespace penjing {

// Reads the members of one JSON object of a configuration. The first problem of a whole document is kept in a string
// shared by all its readers, and reading goes on with harmless values, so that callers check once at the end.
// Every member must be read: what is not known would change the pictures silently, so finish() reports it.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& value, std::string path, std::string& problem);

    bool has(const std::string& key) const;
    ConfigReader object(const std::string& key);
    int integer(const std::string& key, int least, int most);
    double number(const std::string& key, double least, double most);
    bool boolean(const std::string& key);
    std::string text(const std::string& key);
    std::vector<int> integers(const std::string& key, std::size_t leastCount, std::size_t mostCount, int least,
                              int most);
    std::vector<float> numbers(const std::string& key, std::size_t count);
    // `count` rows of `width` finite numbers.
    std::vector<std::vector<float>> rows(const std::string& key, std::size_t width);
    std::vector<std::string> texts(const std::string& key);
    // The keys of this object, in order.
    std::vector<std::string> keys() const;

    // Reports members that nobody asked for.
    void finish();
    // "path.key: what", kept if it is the first.
    void report(const std::string& key, const std::string& what);

private:
    const nlohmann::json* member(const std::string& key);
    bool readNumbers(const nlohmann::json* array, std::size_t count, std::vector<float>& out);

    const nlohmann::json* object_;  // null if the value is missing or not an object
    std::string path_;
    std::string& problem_;
    std::set<std::string> read_;
};

}  // namespace penjing
