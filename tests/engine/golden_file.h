#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "pack/safetensors.h"

namespace penjing::test {

// Golden vectors of training/golden.py: a safetensors file read into memory.
class GoldenFile {
public:
    explicit GoldenFile(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        const std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
        bytes_.resize(chars.size());
        std::memcpy(bytes_.data(), chars.data(), chars.size());
        Result<SafetensorsHeader> header = parseSafetensors(bytes_);
        if (!header)
            throw std::runtime_error(path.string() + ": " + header.error().message);
        for (const StoredTensor& tensor : header->tensors) tensors_[tensor.name] = tensor;
        for (const auto& prompt : nlohmann::json::parse(header->metadata.at("prompts")))
            prompts_.push_back(prompt.get<std::string>());
        noiseSeed_ = std::stoull(header->metadata.at("noise_seed"));
    }

    const std::vector<std::string>& prompts() const { return prompts_; }
    std::uint64_t noiseSeed() const { return noiseSeed_; }
    const std::vector<std::size_t>& shape(const std::string& name) const { return tensors_.at(name).shape; }

    std::vector<float> floats(const std::string& name) const { return read<float>(name, "F32"); }
    std::vector<std::int32_t> integers(const std::string& name) const { return read<std::int32_t>(name, "I32"); }
    std::vector<std::uint8_t> octets(const std::string& name) const { return read<std::uint8_t>(name, "U8"); }

private:
    template <typename T>
    std::vector<T> read(const std::string& name, const char* dtype) const {
        const StoredTensor& tensor = tensors_.at(name);
        if (tensor.dtype != dtype)
            throw std::runtime_error(name + " is not " + dtype);
        std::vector<T> values((tensor.end - tensor.begin) / sizeof(T));
        std::memcpy(values.data(), bytes_.data() + tensor.begin, tensor.end - tensor.begin);
        return values;
    }

    std::vector<std::byte> bytes_;
    std::map<std::string, StoredTensor> tensors_;
    std::vector<std::string> prompts_;
    std::uint64_t noiseSeed_ = 0;
};

}  // namespace penjing::test
