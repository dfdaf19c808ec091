#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pack/safetensors.h"
#include "penjing/pipeline.h"

namespace penjing::test {

inline std::filesystem::path sourceFolder() {
    return PENJING_SOURCE_DIR;
}
inline std::filesystem::path tinyPack() {
    return sourceFolder() / "tests/golden/tiny.penjing";
}

inline Model openModel(const std::filesystem::path& path) {
    Result<Model> model = Model::open(path);
    if (!model)
        throw std::runtime_error(model.error().message);
    return *model;
}

inline Pipeline openPipeline(const Model& model, const PipelineOptions& options = {}) {
    Result<Pipeline> pipeline = Pipeline::create(model, options);
    if (!pipeline)
        throw std::runtime_error(pipeline.error().message);
    return std::move(*pipeline);
}

// Options for random models, whose pictures may look like anything.
inline PipelineOptions anyPicture(int threads = 2, Precision precision = Precision::Int8) {
    PipelineOptions options;
    options.threads = threads;
    options.precision = precision;
    options.checkPicture = false;
    return options;
}

inline GenerateResult mustGenerate(Pipeline& pipeline, const GenerateRequest& request,
                                   const ProgressCallback& progress = {}) {
    Result<GenerateResult> result = pipeline.generate(request, {}, progress);
    if (!result)
        throw std::runtime_error(result.error().message);
    return std::move(*result);
}

// Root mean square of the difference, relative to that of `expected`.
inline double relativeError(const std::vector<float>& actual, const std::vector<float>& expected) {
    if (actual.size() != expected.size())
        return HUGE_VAL;
    double difference = 0.0;
    double size = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        difference += std::pow(static_cast<double>(actual[i]) - expected[i], 2);
        size += std::pow(static_cast<double>(expected[i]), 2);
    }
    return std::sqrt(difference / size);
}

inline double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

// Peak signal-to-noise ratio of two pictures, in dB; infinite for equal ones.
inline double psnr(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    double squares = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(static_cast<double>(a[i]) - b[i], 2);
    return a.size() != b.size() ? 0.0 : 10.0 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / squares);
}

// A copy of a pack in the test's scratch folder that tests may spoil.
class SpoiledPack {
public:
    explicit SpoiledPack(const std::filesystem::path& source)
        : path_(
              std::filesystem::path(testing::TempDir()) /
              ("spoiled." + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".penjing")) {
        std::ifstream file(source, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(file), {});
    }
    ~SpoiledPack() { std::filesystem::remove(path_); }
    SpoiledPack(const SpoiledPack&) = delete;
    SpoiledPack& operator=(const SpoiledPack&) = delete;

    // Overwrites `value` at byte `offset` of a tensor.
    template <typename T>
    void put(const std::string& tensor, std::size_t offset, T value) {
        const Result<SafetensorsHeader> header = parseSafetensors(std::as_bytes(std::span(bytes_)));
        for (const StoredTensor& stored : header->tensors)
            if (stored.name == tensor && stored.begin + offset + sizeof(T) <= stored.end) {
                std::memcpy(bytes_.data() + stored.begin + offset, &value, sizeof(T));
                return;
            }
        throw std::runtime_error("no such place: " + tensor);
    }
    std::filesystem::path write() const {
        std::ofstream(path_, std::ios::binary).write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
        return path_;
    }

private:
    std::filesystem::path path_;
    std::vector<char> bytes_;
};

}  // namespace penjing::test
