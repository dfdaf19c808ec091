#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "penjing/import.h"

namespace penjing {

// What a conversion changed; one per tensor, or per thread and then added up.
struct ConversionStats {
    // Scales and offsets that were rounded to binary16.
    std::uint64_t halves = 0;
    std::uint64_t inexactHalves = 0;
    double worstHalf = 0.0;  // relative
    // Weights that were re-coded or rounded.
    std::uint64_t weights = 0;
    double squaredError = 0.0;
    double squaredSum = 0.0;

    void add(const ConversionStats& other);
    // `now` stands for `was`.
    void compare(std::span<const float> was, std::span<const float> now);
    double relativeError() const;
};

// Collects the stats of a whole import for its report, by part.
class LossTable {
public:
    // `what`: "transformer linears as q8", ...
    void addTensor(const std::string& part, const std::string& what, const std::string& tensor,
                   const ConversionStats& stats);
    void fill(ImportReport& report) const;

private:
    struct Row {
        ImportReport::Loss loss;
        ConversionStats stats;
    };
    std::vector<Row> losses_;
    std::vector<ImportReport::Rounding> roundings_;
};

}  // namespace penjing
