#pragma once

#include <span>

#include "ops/tensor_view.h"
#include "penjing/precision.h"
#include "penjing/result.h"

namespace penjing {

// One linear of several that share their input: y = x·Wᵀ (+ bias), or y += gate ⊙ (x·Wᵀ + bias) where
// gate (one value per output channel) is given: the gated residual of AdaLN blocks.
struct LinearJob {
    Weight weight;
    const float* bias = nullptr;  // [n] or null
    const float* gate = nullptr;  // [n] or null; not null means accumulate into y
    bool accumulate = false;      // y += x·Wᵀ + bias (plain residual); ignored when gate is given
    Mat y;                        // [rows of x, n]; must not overlap x
};

// cos and sin of the rotation angles, [positions, headDim / 2] each.
struct RopeTable {
    const float* cos = nullptr;
    const float* sin = nullptr;
    int positions = 0;
    int pairs = 0;  // headDim / 2
};

enum class RopeLayout : std::uint8_t {
    Interleaved,  // FLUX.2: pair j is (2j, 2j + 1)
    HalfSplit,    // Qwen3: pair j is (j, j + headDim / 2)
};

// softmax(q·kᵀ·scale)·v per head. q and out are [tokens, heads·headDim]; k and v are [keys, kvHeads·headDim];
// head h reads key-value head h / (heads / kvHeads). All may be strided views.
struct AttentionArgs {
    ConstMat q, k, v;
    Mat out;
    int heads = 0;
    int kvHeads = 0;
    int headDim = 0;
    float scale = 0.0f;
    bool causal = false;   // query i sees keys 0..i
    int visibleKeys = -1;  // keys [0, visibleKeys) may be seen (padding after them is masked); -1 for all
    Precision precision = Precision::Int15;  // of the two products; softmax is fp32
};

// What GroupNorm with statistics already taken does to a pixel: x·scale + shift per channel.
struct ChannelAffine {
    const float* scale = nullptr;  // [channels]; null: no normalisation
    const float* shift = nullptr;  // [channels]
};

// 3x3 (zero padding 1) or 1x1 convolution, stride 1, NHWC. With `upsample` the input is first enlarged x2 by
// nearest neighbour; with `norm` (not both) it is silu(x·scale + shift), made while it is read, so that no normalised
// copy of the image exists; the padding stays zero. `residual`, if given, has the shape of the output and is added to
// it; it may be the output itself. y may have fewer rows than the (enlarged) x, those from firstRow on: both are then
// bands of a picture, and padding begins beyond the rows that x has.
struct ConvArgs {
    Weight weight;  // [outChannels, kernel·kernel·inChannels]
    const float* bias = nullptr;
    int kernel = 3;
    bool upsample = false;
    ChannelAffine norm{};
    Image2d x{};
    Image2d y{};
    const float* residual = nullptr;
    int firstRow = 0;  // row of the (enlarged) input that is under y's first one; even with `upsample`
    Precision precision = Precision::Int15;
};

struct GroupNormArgs {
    int groups = 0;
    const float* weight = nullptr;  // [channels]
    const float* bias = nullptr;    // [channels]
    float eps = 0.0f;
};

// The operations that model graphs are written in. A backend implements all of them (the CPU) or some and hands
// the rest to another. Every call is complete when it returns; rows are independent, so results do not depend on
// the number of threads. Calls return Cancelled soon after the stop flag of the backend is set (looked at per
// tile or chunk) and Memory where scratch cannot be had. One thread at a time per object.
class Ops {
public:
    virtual ~Ops() = default;

    // All jobs read x [m, k]; x is quantised once for all the low-bit ones.
    virtual Status linear(ConstMat x, std::span<const LinearJob> jobs, Precision precision) = 0;

    // y = LN(x)·(1 + scale) + shift: LayerNorm over the columns without affine, population variance.
    virtual Status layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) = 0;

    // y = x·rsqrt(mean(x²) + eps)·weight, over the columns. x and y may be the same.
    virtual Status rmsNorm(ConstMat x, const float* weight, float eps, Mat y) = 0;

    // In place, per row and head: RMSNorm over headDim with `weight` [headDim], then rotation by rope row
    // (firstPosition + row).
    virtual Status headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                                int firstPosition, RopeLayout layout) = 0;

    // `out` may be q.
    virtual Status attention(const AttentionArgs& args) = 0;

    // y = silu(gate) ⊙ up. y may be the same as gate or up.
    virtual Status swiglu(ConstMat gate, ConstMat up, Mat y) = 0;

    // y = silu(x), element by element. May be in place.
    virtual Status silu(ConstMat x, Mat y) = 0;

    // y = x.
    virtual Status copy(ConstMat x, Mat y) = 0;

    // y += x.
    virtual Status add(ConstMat x, Mat y) = 0;

    // y row i = row ids[i] of the table [n = vocabulary, k = width], widened to float.
    virtual Status embedding(const Weight& table, std::span<const int> ids, Mat y) = 0;

    virtual Status conv2d(const ConvArgs& args) = 0;

    // GroupNorm over (channels / groups, height, width) with affine, population variance: what it does to each channel.
    // scale and shift are [channels]. The sums over the image are taken in double and one fixed order.
    virtual Status groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) = 0;

    // The same in two steps, for an image that passes by band by band: adds the sums of each channel and of its squares
    // to sums [channels] and sumsOfSquares [channels], row after row whatever the bands; see foldChannelSums.
    virtual Status addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) = 0;

    // The same applied. x and y may be the same.
    virtual Status groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) = 0;

    // x becomes the rows of y from firstRow on, and the rows of x from firstRow on become y.
    virtual Status storeHalf(const Image2d& x, const HalfImage& y, int firstRow) = 0;
    virtual Status loadHalf(const HalfImage& x, int firstRow, const Image2d& y) = 0;

    // Gives back the memory that is kept from call to call.
    virtual void releaseScratch() {}
};

}  // namespace penjing
