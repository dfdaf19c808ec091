#include "random_seed.h"

#include <random>

namespace penjing::cli {

std::uint64_t randomSeed() {
    std::random_device device;
    return device();
}

}  // namespace penjing::cli
