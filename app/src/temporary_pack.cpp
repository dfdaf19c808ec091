#include "temporary_pack.h"

#include <unistd.h>

#include <string>
#include <system_error>

#include "crash_guard.h"

namespace penjing::cli {

namespace fs = std::filesystem;

TemporaryPack::TemporaryPack(SynthPreset preset, const std::stop_token& stop) {
    std::error_code error;
    const fs::path folder = fs::temp_directory_path(error);
    path_ = (error ? fs::path(".") : folder) / ("penjing-bench-" + std::to_string(getpid()) + ".penjing");
    removeOnCrash(path_);
    status_ = synthesize(preset, 0, path_, [&stop](std::uint64_t, std::uint64_t) { return !stop.stop_requested(); });
}

TemporaryPack::~TemporaryPack() {
    std::error_code ignored;
    fs::remove(path_, ignored);
    removeOnCrash({});
}

}  // namespace penjing::cli
