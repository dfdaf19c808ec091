#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "import/json_file.h"
#include "pack/config_reader.h"
#include "pack/error_text.h"

namespace penjing {

// A config.json being read. Members that are null count as absent; call check() when all is read.
class ConfigFile {
public:
    Status open(const std::filesystem::path& path) {
        path_ = path;
        return readJsonFile(path, 4u << 20, document_);
    }
    const nlohmann::json& document() const { return document_; }
    bool has(const std::string& key) const { return document_.contains(key) && !document_[key].is_null(); }

    int integer(const std::string& key, int least, int most) { return reader().integer(key, least, most); }
    int integer(const std::string& key, int least, int most, int fallback) {
        return has(key) ? integer(key, least, most) : fallback;
    }
    double number(const std::string& key, double least, double most, double fallback) {
        return has(key) ? reader().number(key, least, most) : fallback;
    }
    bool boolean(const std::string& key, bool fallback) { return has(key) ? reader().boolean(key) : fallback; }
    std::string text(const std::string& key, const std::string& fallback) {
        return has(key) ? reader().text(key) : fallback;
    }
    std::vector<int> integers(const std::string& key, std::size_t count, int least, int most) {
        return reader().integers(key, count, count, least, most);
    }
    ConfigReader object(const std::string& key) { return reader().object(key); }
    void report(const std::string& key, const std::string& what) { reader().report(key, what); }

    Status check() const { return problem_.empty() ? Status() : modelFileError(path_.string() + ": " + problem_); }

private:
    ConfigReader reader() { return ConfigReader(document_, "", problem_); }

    std::filesystem::path path_;
    nlohmann::json document_;
    std::string problem_;
};

}  // namespace penjing
