#include "penjing/precision.h"

#include <array>

#include "penjing/kernels/kernel_set.h"

namespace penjing {
namespace {

struct NamedPrecision {
    Precision precision;
    std::string_view name;
};

constexpr std::array<NamedPrecision, 3> kPrecisions = {
    {{Precision::Int7, "int7"}, {Precision::Int8, "int8"}, {Precision::Int15, "int15"}}};

}  // namespace

std::string_view precisionName(Precision precision) {
    for (const NamedPrecision& named : kPrecisions)
        if (named.precision == precision)
            return named.name;
    return {};
}

std::optional<Precision> precisionByName(std::string_view name) {
    for (const NamedPrecision& named : kPrecisions)
        if (named.name == name)
            return named.precision;
    return std::nullopt;
}

bool turboIsFaster() {
    return kernels::bestKernelSet().tables != nullptr;
}

}  // namespace penjing
