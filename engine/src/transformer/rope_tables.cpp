#include "transformer/rope_tables.h"

#include <cmath>

namespace penjing {
namespace {

using TokenIds = std::array<int, 4>;  // T, H, W, L

std::vector<double> frequencies(int dims, double theta) {
    std::vector<double> result;
    for (int k = 0; k < dims / 2; ++k) result.push_back(std::pow(theta, -2.0 * k / dims));
    return result;
}

}  // namespace

RopeTables::RopeTables(int positions, int pairs)
    : positions_(positions),
      pairs_(pairs),
      cos_(static_cast<std::size_t>(positions) * static_cast<std::size_t>(pairs)),
      sin_(cos_.size()) {}

void RopeTables::set(int position, int pair, double angle) {
    const std::size_t at =
        static_cast<std::size_t>(position) * static_cast<std::size_t>(pairs_) + static_cast<std::size_t>(pair);
    cos_[at] = static_cast<float>(std::cos(angle));
    sin_[at] = static_cast<float>(std::sin(angle));
}

RopeTables positionRope(int positions, int headDim, double theta) {
    const std::vector<double> omega = frequencies(headDim, theta);
    RopeTables tables(positions, headDim / 2);
    for (int p = 0; p < positions; ++p)
        for (int j = 0; j < headDim / 2; ++j) tables.set(p, j, p * omega[static_cast<std::size_t>(j)]);
    return tables;
}

RopeTables textImageRope(int textTokens, int gridHeight, int gridWidth, const std::array<int, 4>& axesDims,
                         double theta) {
    std::array<std::vector<double>, 4> omega;
    int pairs = 0;
    for (std::size_t axis = 0; axis < axesDims.size(); ++axis) {
        omega[axis] = frequencies(axesDims[axis], theta);
        pairs += axesDims[axis] / 2;
    }

    RopeTables tables(textTokens + gridHeight * gridWidth, pairs);
    const auto fill = [&](int position, const TokenIds& ids) {
        int pair = 0;
        for (std::size_t axis = 0; axis < ids.size(); ++axis)
            for (const double frequency : omega[axis]) tables.set(position, pair++, ids[axis] * frequency);
    };
    for (int j = 0; j < textTokens; ++j) fill(j, {0, 0, 0, j});
    for (int h = 0; h < gridHeight; ++h)
        for (int w = 0; w < gridWidth; ++w) fill(textTokens + h * gridWidth + w, {0, h, w, 0});
    return tables;
}

}  // namespace penjing
