#include "penjing/kernels/linear.h"

#include <algorithm>
#include <new>
#include <vector>

#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "cpu/low_bit_products.h"
#include "pack/weight_format.h"

// Work is cut into units of one job's neighbouring tile columns (32 output channels each): a thread decodes the weights
// of a unit once, into its L2, and multiplies them with all rows. How it is cut does not change the results: every
// output is added up over the same pieces of k in the same order.
namespace penjing {
namespace {

using kernels::Range;

// Inputs whose panels are decoded at a time. Up to kUnsplitInputs in one piece; more in equal pieces of at most
// kPieceInputs, each of which reads and writes y once.
constexpr int kUnsplitInputs = 4608;
constexpr int kPieceInputs = 3072;
constexpr int kDensePieceInputs = 512;
// Below this many products the start of a parallel region costs more than it saves.
constexpr double kParallelProducts = 1e6;

kernels::CodedWeight codedWeight(const Weight& weight) {
    const auto format = weight.format == WeightFormat::T3   ? kernels::CodeFormat::T3
                        : weight.format == WeightFormat::B1 ? kernels::CodeFormat::B1
                        : weight.format == WeightFormat::Q4 ? kernels::CodeFormat::Q4
                                                            : kernels::CodeFormat::Q8;
    return {format, weight.data, weight.n, weight.k};
}

kernels::DenseWeight denseWeight(const Weight& weight) {
    const auto format = weight.format == WeightFormat::BF16  ? kernels::DenseFormat::BF16
                        : weight.format == WeightFormat::F16 ? kernels::DenseFormat::F16
                                                             : kernels::DenseFormat::F32;
    return {format, weight.data, weight.n, weight.k};
}

kernels::OutputMatrix outputRows(const LinearJob& job, int firstRow) {
    return {.y = job.y.row(firstRow),
            .stride = job.y.stride,
            .bias = job.bias,
            .gate = job.gate,
            .accumulate = job.accumulate || job.gate != nullptr};
}

int ceilDiv(int a, int b) {
    return a / b + (a % b != 0 ? 1 : 0);
}

bool shapesFit(ConstMat x, const LinearJob& job) {
    const Weight& w = job.weight;
    return w.k == x.cols && w.n > 0 && job.y.cols == w.n && job.y.rows == x.rows && w.data != nullptr &&
           (!isLowBit(w.format) || w.k % kGroupSize == 0);
}

// How one job is cut up.
struct JobPlan {
    const LinearJob* job = nullptr;
    bool lowBit = false;
    int tiles = 0;        // columns of 32 channels
    int tilesAtOnce = 0;  // per unit
    int units = 0;
    int smallFrom = 0, smallTiles = 0;  // the last units are smaller, so that no thread waits long for another
    int pieceInputs = 0;           // inputs decoded at a time
    std::size_t scratchBytes = 0;  // per thread

    JobPlan(const LinearJob& linearJob, const LowBitProducts& lowBitProducts, int totalTiles, int threads)
        : job(&linearJob), lowBit(isLowBit(linearJob.weight.format)) {
        const Weight& weight = linearJob.weight;
        tiles = ceilDiv(weight.n, kTileChannels);
        pieceInputs = lowBit ? lowBitPiece(weight.k) : std::min(weight.k, kDensePieceInputs);
        const std::size_t tileBytes =
            lowBit ? lowBitProducts.columnBytes(codedWeight(weight).format, pieceInputs / kGroupSize)
                   : sizeof(float) * kTileChannels * static_cast<std::size_t>(pieceInputs);
        // Several units per thread, so that none waits long for the last one.
        const int share = std::max(1, totalTiles / (4 * threads));
        tilesAtOnce = std::clamp(static_cast<int>(kPanelsBytes / tileBytes), 1, std::min(share, tiles));
        smallFrom = std::max(0, tiles / tilesAtOnce - threads);
        smallTiles = (tilesAtOnce + 1) / 2;
        units = smallFrom + ceilDiv(tiles - smallFrom * tilesAtOnce, smallTiles);
        scratchBytes = tileBytes * static_cast<std::size_t>(tilesAtOnce);
    }

    Range unitTiles(int unit) const {
        const int small = std::max(0, unit - smallFrom);
        const int first = (unit - small) * tilesAtOnce + small * smallTiles;
        return {first, std::min(unit < smallFrom ? tilesAtOnce : smallTiles, tiles - first)};
    }

    Range pieceGroups(int firstGroup) const {
        const int atOnce = pieceInputs / kGroupSize;
        return {firstGroup, std::min(atOnce, job->weight.k / kGroupSize - firstGroup)};
    }

private:
    static int lowBitPiece(int k) {
        const int pieces = k <= kUnsplitInputs ? 1 : ceilDiv(k, kPieceInputs);
        return ceilDiv(k / kGroupSize, pieces) * kGroupSize;
    }
};

// One call of CpuOps::linear, or the part of it whose low-bit jobs take the same bits.
class LinearCall {
public:
    LinearCall(const kernels::KernelSet& kernels, ConstMat x, std::span<const LinearJob> jobs,
               kernels::ActivationBits bits, int threads, const std::stop_token& stop)
        : kernels_(*kernels.linear),
          lowBit_(kernels, bits),
          x_(x),
          threads_(threads),
          stop_(stop),
          fewRows_(x.rows <= kernels::kMaxGemvRows) {
        int totalTiles = 0;
        double products = 0.0;
        for (const LinearJob& job : jobs) {
            totalTiles += ceilDiv(job.weight.n, kTileChannels);
            products += static_cast<double>(x.rows) * job.weight.n * job.weight.k;
        }
        if (products < kParallelProducts)
            threads_ = 1;
        plans_.reserve(jobs.size());
        for (const LinearJob& job : jobs) {
            plans_.emplace_back(job, lowBit_, totalTiles, threads_);
            units_ += plans_.back().units;
            panelBytes_ = std::max(panelBytes_, plans_.back().scratchBytes);
            anyLowBit_ = anyLowBit_ || plans_.back().lowBit;
            anyDense_ = anyDense_ || !plans_.back().lowBit;
        }
        panelBytes_ = (panelBytes_ + 4095) / 4096 * 4096;
    }

    Status run(LinearScratch& scratch) {
        const int rowsAtOnce = chooseRowsAtOnce();
        PENJING_TRY(reserve(scratch, rowsAtOnce));
        for (int first = 0; first < x_.rows; first += rowsAtOnce) {
            const int rows = std::min(rowsAtOnce, x_.rows - first);
            PENJING_TRY(pack(first, rows));
            PENJING_TRY(forEachChunk(units_, threads_, stop_,
                                     [&](int unit, int thread) { runUnit(unit, thread, first, rows); }));
        }
        return {};
    }

private:
    bool packsDense() const { return anyDense_ && !fewRows_; }

    int chooseRowsAtOnce() const {
        const std::size_t rowBytes =
            std::max<std::size_t>({anyLowBit_ ? lowBit_.blockBytes(x_.cols) / lowBit_.rowBlock() : 0,
                                   packsDense() ? sizeof(float) * x_.cols : 0, std::size_t{1}});
        const std::size_t fit = std::max<std::size_t>(kPackedRowsBytes / rowBytes, lowBit_.minRowsAtOnce());
        if (fit >= static_cast<std::size_t>(x_.rows))
            return x_.rows;
        const int wholeBlocks = lowBit_.rowBlock() * kernels_.denseRowBlock;
        return static_cast<int>(fit) / wholeBlocks * wholeBlocks;
    }

    Status reserve(LinearScratch& scratch, int rows) {
        if (anyLowBit_) {
            const std::size_t blocks = static_cast<std::size_t>(ceilDiv(rows, lowBit_.rowBlock()));
            quantized_ = scratch.quantized.reserve(blocks * lowBit_.blockBytes(x_.cols));
        }
        if (packsDense()) {
            const std::size_t blocks = static_cast<std::size_t>(ceilDiv(rows, kernels_.denseRowBlock));
            packed_ = scratch.packed.reserve(blocks * kernels_.denseRowBlock * x_.cols);
        }
        panels_ = scratch.panels.reserve(panelBytes_ * threads_);
        if ((anyLowBit_ && quantized_ == nullptr) || (packsDense() && packed_ == nullptr) || panels_ == nullptr)
            return scratchError("linear");
        return {};
    }

    // Quantises (for low-bit jobs) and packs (for dense ones) rows [first, first + rows) of x, once for all jobs.
    Status pack(int first, int rows) {
        if (anyLowBit_) {
            const std::size_t blockBytes = lowBit_.blockBytes(x_.cols);
            PENJING_TRY(forEachBlock(rows, lowBit_.rowBlock(), [&](int block, int row, int count) {
                lowBit_.quantize(x_.row(first + row), x_.stride, count, x_.cols, quantized_ + block * blockBytes);
            }));
        }
        if (packsDense()) {
            const std::size_t blockFloats = static_cast<std::size_t>(kernels_.denseRowBlock) * x_.cols;
            PENJING_TRY(forEachBlock(rows, kernels_.denseRowBlock, [&](int block, int row, int count) {
                kernels::packDenseBlock(kernels_, x_.row(first + row), x_.stride, count, x_.cols,
                                        packed_ + block * blockFloats);
            }));
        }
        return {};
    }

    // body(block, first row, rows) for the row blocks of `rows`.
    template <class Body>
    Status forEachBlock(int rows, int rowBlock, const Body& body) const {
        return forEachChunk(ceilDiv(rows, rowBlock), threads_, stop_, [&](int block, int) {
            const int row = block * rowBlock;
            body(block, row, std::min(rowBlock, rows - row));
        });
    }

    // The job that a unit of the call belongs to; `unit` becomes the number within it.
    const JobPlan* planOf(int& unit) const {
        const JobPlan* plan = plans_.data();
        for (; unit >= plan->units; ++plan) unit -= plan->units;
        return plan;
    }

    // What the thread of a unit will most likely decode after it.
    kernels::TilesAhead aheadOf(int unit) const {
        int later = unit + threads_;
        if (later >= units_)
            return {};
        const JobPlan* plan = planOf(later);
        return plan->lowBit ? kernels::tilesAhead(codedWeight(plan->job->weight), plan->unitTiles(later),
                                                  plan->pieceGroups(0))
                            : kernels::TilesAhead{};
    }

    void runUnit(int unitOfCall, int thread, int firstRow, int rows) const {
        int unit = unitOfCall;
        const JobPlan* plan = planOf(unit);
        std::byte* panels = panels_ + thread * panelBytes_;
        const kernels::OutputMatrix out = outputRows(*plan->job, firstRow);
        const Range tiles = plan->unitTiles(unit);
        if (plan->lowBit)
            runLowBit(*plan, tiles, rows, out, panels, aheadOf(unitOfCall));
        else if (fewRows_)
            kernels::multiplyFewRows(kernels_, x_.row(firstRow), x_.stride, rows, denseWeight(plan->job->weight), tiles,
                                     out);
        else
            runDense(*plan, tiles, rows, out, reinterpret_cast<float*>(panels));
    }

    void runLowBit(const JobPlan& plan, Range tiles, int rows, kernels::OutputMatrix out, std::byte* panels,
                   const kernels::TilesAhead& nextUnit) const {
        const kernels::CodedWeight weight = codedWeight(plan.job->weight);
        const int groups = x_.cols / kGroupSize;
        for (int first = 0; first < groups && !stop_.stop_requested();) {
            const Range piece = plan.pieceGroups(first);
            first += piece.count;
            const kernels::TilesAhead next =
                first < groups ? kernels::tilesAhead(weight, tiles, plan.pieceGroups(first)) : nextUnit;
            lowBit_.multiplyRange(quantized_, rows, weight, tiles, piece, out, panels, next);
            out = kernels::continued(out);
        }
    }

    void runDense(const JobPlan& plan, Range tiles, int rows, kernels::OutputMatrix out, float* panels) const {
        const kernels::PackedRows x{packed_, rows, x_.cols};
        for (int first = 0; first < x_.cols && !stop_.stop_requested(); first += plan.pieceInputs) {
            kernels::multiplyDenseRange(kernels_, x, denseWeight(plan.job->weight), tiles,
                                        {first, std::min(plan.pieceInputs, x_.cols - first)}, out, panels);
            out = kernels::continued(out);
        }
    }

    const kernels::LinearKernels& kernels_;
    LowBitProducts lowBit_;
    ConstMat x_;
    int threads_;
    const std::stop_token& stop_;
    bool fewRows_;
    bool anyLowBit_ = false;
    bool anyDense_ = false;
    int units_ = 0;
    std::size_t panelBytes_ = 0;  // per thread
    std::vector<JobPlan> plans_;
    std::byte* quantized_ = nullptr;
    float* packed_ = nullptr;
    std::byte* panels_ = nullptr;
};

bool isTernaryOrBinary(const LinearJob& job) {
    return job.weight.format == WeightFormat::T3 || job.weight.format == WeightFormat::B1;
}

}  // namespace

Status CpuOps::linear(ConstMat x, std::span<const LinearJob> jobs, Precision precision) {
    if (x.cols <= 0)
        return shapeError("linear");
    for (const LinearJob& job : jobs) {
        if (!shapesFit(x, job))
            return shapeError("linear");
    }
    if (x.rows == 0 || jobs.empty())
        return {};
    const auto run = [&](std::span<const LinearJob> some, kernels::ActivationBits bits) -> Status {
        return some.empty() ? Status{} : LinearCall(kernels_, x, some, bits, threads_, stop_).run(linearScratch_);
    };
    try {
        if (precision != Precision::Int7)
            return run(jobs,
                       precision == Precision::Int15 ? kernels::ActivationBits::Int15 : kernels::ActivationBits::Int8);
        // 7 bits are for the weights that have lookups; others of the same call lose nothing.
        std::vector<LinearJob> sorted(jobs.begin(), jobs.end());
        const auto others = std::stable_partition(sorted.begin(), sorted.end(), isTernaryOrBinary);
        PENJING_TRY(run({sorted.begin(), others}, kernels::ActivationBits::Int7));
        return run({others, sorted.end()}, kernels::ActivationBits::Int8);
    } catch (const std::bad_alloc&) {
        return scratchError("linear");
    }
}

}  // namespace penjing
