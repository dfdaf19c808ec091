#pragma once

#include <cstddef>

#include "penjing/kernels/float.h"

namespace penjing::kernels {

// What a query tile keeps in its scratch while the key tiles pass. There is room for whole register tiles of rows; what
// stands in the rows beyond the tile's own is computed and never used.
template <class S>
struct AttentionState {
    static constexpr int kScoreStride = kKeyTile + S::kLanes;  // off the power of two: rows would share cache sets

    int rows = 0;
    int headDim = 0;
    int outputStride = 0;
    float* queries = nullptr;      // packed as the products like it
    float* scores = nullptr;       // [rows][kScoreStride]: scores, then weights
    float* output = nullptr;       // [rows][outputStride]
    float maximum[kMaxQueryTile];  // of all scores so far
    float sum[kMaxQueryTile];
    float tileMaximum[kMaxQueryTile] =
        {};                             // of the scores of the key tile at hand; −infinity if the row sees none of it
    float tileSum[kMaxQueryTile] = {};  // of integer factors: sum of the packed weights of this key tile
    float queryScale[kMaxQueryTile] = {};   // of integer factors: one step of a packed query
    float weightScale[kMaxQueryTile] = {};  // of integer factors: one step of a packed weight
};

}  // namespace penjing::kernels
