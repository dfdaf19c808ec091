#include "import/conversion_stats.h"

#include <algorithm>
#include <cmath>

namespace penjing {

void ConversionStats::add(const ConversionStats& other) {
    halves += other.halves;
    inexactHalves += other.inexactHalves;
    worstHalf = std::max(worstHalf, other.worstHalf);
    weights += other.weights;
    squaredError += other.squaredError;
    squaredSum += other.squaredSum;
}

void ConversionStats::compare(std::span<const float> was, std::span<const float> now) {
    weights += was.size();
    for (std::size_t i = 0; i < was.size(); ++i) {
        const double difference = static_cast<double>(was[i]) - static_cast<double>(now[i]);
        squaredError += difference * difference;
        squaredSum += static_cast<double>(was[i]) * static_cast<double>(was[i]);
    }
}

double ConversionStats::relativeError() const {
    return squaredSum > 0.0 ? std::sqrt(squaredError / squaredSum) : 0.0;
}

void LossTable::addTensor(const std::string& part, const std::string& what, const std::string& tensor,
                          const ConversionStats& stats) {
    if (stats.halves > 0) {
        auto row = std::find_if(roundings_.begin(), roundings_.end(), [&](const auto& r) { return r.what == part; });
        if (row == roundings_.end())
            row = roundings_.insert(roundings_.end(), {part, 0, 0, 0.0});
        row->values += stats.halves;
        row->inexact += stats.inexactHalves;
        row->worstRelative = std::max(row->worstRelative, stats.worstHalf);
    }
    if (stats.weights > 0) {
        auto row = std::find_if(losses_.begin(), losses_.end(), [&](const Row& r) { return r.loss.what == what; });
        if (row == losses_.end())
            row = losses_.insert(losses_.end(), Row{{what, 0, 0.0, 0.0, {}}, {}});
        row->stats.add(stats);
        if (row->loss.worstTensor.empty() || stats.relativeError() > row->loss.worstError) {
            row->loss.worstError = stats.relativeError();
            row->loss.worstTensor = tensor;
        }
    }
}

void LossTable::fill(ImportReport& report) const {
    for (const Row& row : losses_) {
        ImportReport::Loss loss = row.loss;
        loss.weights = row.stats.weights;
        loss.relativeError = row.stats.relativeError();
        report.losses.push_back(std::move(loss));
    }
    report.roundings = roundings_;
}

}  // namespace penjing
