#pragma once

#include <filesystem>
#include <stop_token>

#include "penjing/result.h"
#include "penjing/synth.h"

namespace penjing::cli {

// A pack with random weights in the temporary folder, removed with this object.
class TemporaryPack {
public:
    TemporaryPack(SynthPreset preset, const std::stop_token& stop);
    ~TemporaryPack();
    TemporaryPack(const TemporaryPack&) = delete;
    TemporaryPack& operator=(const TemporaryPack&) = delete;

    // Whether it could be written.
    const Status& status() const { return status_; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    Status status_;
};

}  // namespace penjing::cli
