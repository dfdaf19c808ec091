#include <algorithm>
#include <cstring>

#include "cpu/attention_scratch.h"
#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {
namespace {

bool shapesFit(const AttentionArgs& a) {
    if (a.heads <= 0 || a.kvHeads <= 0 || a.headDim <= 0 || a.heads % a.kvHeads != 0)
        return false;
    const auto width = [&](int heads) { return static_cast<long long>(heads) * a.headDim; };
    return a.q.cols == width(a.heads) && a.out.cols == width(a.heads) && a.k.cols == width(a.kvHeads) &&
           a.v.cols == width(a.kvHeads) && a.q.rows == a.out.rows && a.k.rows == a.v.rows && a.visibleKeys <= a.k.rows;
}

// How one call is cut up. Nothing here changes the result: that depends on the order of keys alone.
struct AttentionPlan {
    int keys = 0;
    int keyTiles = 0;
    int queryTile = 0;
    int queryTiles = 0;
    int headsAtOnce = 0;                         // key-value heads
    std::size_t keyFloats = 0, valueFloats = 0;  // per key tile
    std::size_t scratchFloats = 0;               // per thread

    AttentionPlan(const AttentionArgs& a, kernels::Factors factors, int lanes, int threads) {
        keys = a.visibleKeys < 0 ? a.k.rows : a.visibleKeys;
        keyTiles = (keys + kernels::kKeyTile - 1) / kernels::kKeyTile;
        keyFloats = kernels::packedKeyFloats(a.headDim, factors);
        valueFloats = kernels::packedValueFloats(a.headDim, lanes, factors);
        const std::size_t fit = kPackedHeadsBytes / sizeof(float) / std::max<std::size_t>(headFloats(), 1);
        headsAtOnce = static_cast<int>(std::clamp<std::size_t>(fit, 1, static_cast<std::size_t>(a.kvHeads)));
        // Large tiles read the keys less often, small ones give every thread something to do.
        queryTile = kernels::kMaxQueryTile;
        while (queryTile > 24 && a.heads * tilesOf(a.q.rows, queryTile) < 3 * threads) queryTile /= 2;
        queryTiles = tilesOf(a.q.rows, queryTile);
        scratchFloats = kernels::roundUpTo(kernels::attentionScratchFloats(queryTile, a.headDim, lanes), 16);
    }
    std::size_t headFloats() const { return static_cast<std::size_t>(keyTiles) * (keyFloats + valueFloats); }
    static int tilesOf(int rows, int tile) { return (rows + tile - 1) / tile; }
};

// Keys of all tiles of a head, then its values.
struct PackedHead {
    float* keys;
    float* values;
    PackedHead(const AttentionPlan& plan, float* packed, int head)
        : keys(packed + static_cast<std::size_t>(head) * plan.headFloats()),
          values(keys + static_cast<std::size_t>(plan.keyTiles) * plan.keyFloats) {}
};

void packTile(const kernels::AttentionKernels& kernels, const AttentionArgs& a, const AttentionPlan& plan, int kvHead,
              int tile, const PackedHead& head) {
    const int first = tile * kernels::kKeyTile;
    const int count = std::min(kernels::kKeyTile, plan.keys - first);
    const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(kvHead) * a.headDim;
    kernels.packKeys(a.k.row(first) + column, a.k.stride, count, a.headDim,
                     head.keys + static_cast<std::size_t>(tile) * plan.keyFloats);
    kernels.packValues(a.v.row(first) + column, a.v.stride, count, a.headDim,
                       head.values + static_cast<std::size_t>(tile) * plan.valueFloats);
}

kernels::AttentionTile queryTileOf(const AttentionArgs& a, const AttentionPlan& plan, int head, int tile) {
    const int first = tile * plan.queryTile;
    const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(head) * a.headDim;
    kernels::AttentionTile t;
    t.q = a.q.row(first) + column;
    t.qStride = a.q.stride;
    t.out = a.out.row(first) + column;
    t.outStride = a.out.stride;
    t.rows = std::min(plan.queryTile, a.q.rows - first);
    t.headDim = a.headDim;
    t.scale = a.scale;
    t.causal = a.causal;
    t.firstQuery = first;
    t.keyCount = plan.keys;
    return t;
}

void clear(const Mat& y) {
    for (int r = 0; r < y.rows; ++r) std::memset(y.row(r), 0, static_cast<std::size_t>(y.cols) * sizeof(float));
}

}  // namespace

Status CpuOps::attention(const AttentionArgs& args) {
    if (!shapesFit(args))
        return shapeError("attention");
    const kernels::AttentionKernels& set = attentionKernels(args.precision, args.headDim);
    const AttentionPlan plan(args, set.factors, floats().lanes, threads_);
    if (plan.keys == 0) {  // nothing to look at: the empty sum
        clear(args.out);
        return {};
    }
    const std::size_t packedFloats =
        kernels::roundUpTo(static_cast<std::size_t>(plan.headsAtOnce) * plan.headFloats(), 16);
    float* packed = floatScratch_.reserve(packedFloats + static_cast<std::size_t>(threads_) * plan.scratchFloats);
    if (packed == nullptr)
        return scratchError("attention");
    const int queriesPerKv = args.heads / args.kvHeads;

    for (int firstKv = 0; firstKv < args.kvHeads; firstKv += plan.headsAtOnce) {
        const int kvCount = std::min(plan.headsAtOnce, args.kvHeads - firstKv);
        PENJING_TRY(forEachChunk(kvCount * plan.keyTiles, threads_, stop_, [&](int chunk, int) {
            const int kv = chunk / plan.keyTiles;
            packTile(set, args, plan, firstKv + kv, chunk % plan.keyTiles, PackedHead(plan, packed, kv));
        }));
        const int heads = kvCount * queriesPerKv;
        PENJING_TRY(forEachChunk(heads * plan.queryTiles, threads_, stop_, [&](int chunk, int thread) {
            const int head = chunk / plan.queryTiles;
            const PackedHead source(plan, packed, head / queriesPerKv);
            kernels::AttentionTile tile =
                queryTileOf(args, plan, firstKv * queriesPerKv + head, chunk % plan.queryTiles);
            tile.keys = source.keys;
            tile.values = source.values;
            tile.scratch = packed + packedFloats + static_cast<std::size_t>(thread) * plan.scratchFloats;
            set.attend(tile);
        }));
    }
    return {};
}

}  // namespace penjing
