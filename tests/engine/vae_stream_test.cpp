#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "conv_support.h"
#include "cpu/cpu_ops.h"
#include "model_support.h"
#include "noise/noise.h"
#include "ops/group_moments.h"
#include "penjing/kernels/half_float.h"
#include "reference_ops.h"
#include "vae/decoder_memory.h"
#include "vae/row_stream.h"
#include "vae/vae_decoder.h"

namespace penjing::test {
namespace {

// Rows of which value i of row r is 1000·r + i; counts what is asked for.
class NumberedRows final : public RowSource {
public:
    NumberedRows(int pictureHeight, int pictureWidth) : RowSource(pictureHeight, pictureWidth, 1) {}
    Status produce(int first, const Image2d& y) override {
        EXPECT_EQ(first % kBandRows, 0);
        EXPECT_EQ(y.height, std::min(kBandRows, height - first));
        for (int r = 0; r < y.height; ++r)
            for (int i = 0; i < width; ++i) y.data[r * width + i] = static_cast<float>(1000 * (first + r) + i);
        ++bands;
        return {};
    }
    int bands = 0;
};

TEST(RowWindow, ShowsTheRowsUnderAConvolutionWhileItMovesDown) {
    NumberedRows source(27, 5);
    std::vector<float> buffer(static_cast<std::size_t>(RowWindow::rowsFor(3) * source.width));
    RowWindow window(source, {buffer.data(), RowWindow::rowsFor(3), source.width, 1});
    for (int pass = 1; pass <= 2; ++pass) {
        for (int first = 0; first < source.height; first += kBandRows) {
            const int above = std::max(first - 1, 0), below = std::min(first + kBandRows + 1, source.height);
            ASSERT_TRUE(window.require(above, below).ok());
            ASSERT_LE(window.top(), above);
            const Image2d rows = window.rows();
            ASSERT_GE(window.top() + rows.height, below);
            for (int r = 0; r < rows.height; ++r)
                for (int i = 0; i < source.width; ++i)
                    ASSERT_EQ(rows.data[r * source.width + i], static_cast<float>(1000 * (window.top() + r) + i));
        }
        EXPECT_EQ(source.bands, 4 * pass) << "each band once a pass";
    }
}

TEST(RowWindow, RefusesWhatItHasNoRoomFor) {
    NumberedRows source(32, 5);
    std::vector<float> buffer(static_cast<std::size_t>(kBandRows * source.width));
    EXPECT_FALSE(RowWindow(source, {buffer.data(), kBandRows, source.width, 1}).require(0, kBandRows + 1).ok());
    EXPECT_FALSE(RowWindow(source, {nullptr, kBandRows, source.width, 1}).require(0, 1).ok());
}

class StreamingOps : public EveryKernelSet {};

// Every output of a band is what it is in the whole picture, to the bit: directly and, where a band has the tiles for
// them, by Winograd's products.
TEST_P(StreamingOps, ConvolutionOfBands) {
    for (const ConvCase& c : {ConvCase{24, 130, 32, 40, 3, false, WeightFormat::BF16, true, true},
                              {12, 65, 32, 40, 3, true, WeightFormat::BF16, true, false},
                              {24, 9, 20, 8, 1, false, WeightFormat::F32, true, true}})
        for (const Precision precision : {Precision::Int8, Precision::Int15}) {
            ConvProblem problem(c);
            problem.precision = precision;
            const auto backend = ops();
            const std::vector<float> whole = problem.run(*backend);
            const int factor = c.upsample ? 2 : 1, halo = c.kernel / 2;
            for (int first = 0; first < problem.outHeight; first += kBandRows) {
                SCOPED_TRACE(testing::Message()
                             << c.inChannels << " channels, kernel " << c.kernel << ", row " << first);
                const int top = std::max(first - halo, 0) / factor;
                const int bottom = std::min(first / factor + kBandRows / factor + halo, c.height);
                const std::size_t pixels = count(kBandRows, problem.outWidth, c.outChannels);
                const std::size_t at = count(first, problem.outWidth, c.outChannels);
                std::vector<float> y(pixels, kNaN);
                const ConvArgs args{
                    .weight = {c.format, c.outChannels, problem.depth, problem.encoded.data()},
                    .bias = problem.bias.data(),
                    .kernel = c.kernel,
                    .upsample = c.upsample,
                    .x = {problem.x.data() + count(top, c.width, c.inChannels), bottom - top, c.width, c.inChannels},
                    .y = {y.data(), kBandRows, problem.outWidth, c.outChannels},
                    .residual = c.residual ? problem.residual.data() + at : nullptr,
                    .firstRow = first - top * factor,
                    .precision = precision};
                ASSERT_TRUE(backend->conv2d(args).ok());
                const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
                EXPECT_TRUE(sameBits(y, {begin, begin + static_cast<std::ptrdiff_t>(pixels)}));
            }
        }
}

TEST_P(StreamingOps, RefusesBandsThatAreNotInThePicture) {
    std::vector<float> x(64), y(64), weights(9);
    ConvArgs args{.weight = {WeightFormat::F32, 1, 9, reinterpret_cast<const std::byte*>(weights.data())},
                  .x = {x.data(), 4, 4, 1},
                  .y = {y.data(), 2, 4, 1},
                  .firstRow = 2};
    EXPECT_TRUE(ops()->conv2d(args).ok());
    for (const int firstRow : {-1, 3}) {
        args.firstRow = firstRow;
        EXPECT_FALSE(ops()->conv2d(args).ok()) << firstRow;
    }
    std::vector<std::uint16_t> halves(16);
    const HalfImage half{halves.data(), 4, 4, 1};
    for (const int firstRow : {-1, 3}) {
        EXPECT_FALSE(ops()->storeHalf(args.y, half, firstRow).ok());
        EXPECT_FALSE(ops()->loadHalf(half, firstRow, args.y).ok());
    }
}

TEST_P(StreamingOps, HalvesOfASixteenth) {
    constexpr int kHeight = 5, kWidth = 700, kChannels = 3, kFirst = 2;  // rows longer than what is scaled at a time
    std::vector<float> x = randomFloats(count(kHeight - kFirst, kWidth, kChannels), 5, 3000.0f);
    x[0] = 1e6f;  // beyond binary16 itself
    x[1] = -1.04e6f;
    x[2] = 1e-3f;
    std::vector<std::uint16_t> halves(count(kHeight, kWidth, kChannels), 0x1234);
    const HalfImage image{halves.data(), kHeight, kWidth, kChannels};
    ASSERT_TRUE(ops()->storeHalf({x.data(), kHeight - kFirst, kWidth, kChannels}, image, kFirst).ok());
    const std::size_t skipped = count(kFirst, kWidth, kChannels);
    for (std::size_t i = 0; i < skipped; ++i) ASSERT_EQ(halves[i], 0x1234);
    std::vector<float> back(x.size(), kNaN);
    ASSERT_TRUE(ops()->loadHalf(image, kFirst, {back.data(), kHeight - kFirst, kWidth, kChannels}).ok());
    for (std::size_t i = 0; i < x.size(); ++i) {
        ASSERT_EQ(halves[skipped + i], halfFromFloat(x[i] / 16.0f)) << x[i];
        ASSERT_NEAR(back[i], x[i], std::abs(x[i]) * 0x1p-11f) << i;
    }
}

// Sums of bands are those of the picture, to the bit, and give the factors that the whole picture gives.
TEST_P(StreamingOps, ChannelSumsOfBands) {
    for (const int channels : {4, 12, 40}) {
        constexpr int kHeight = 29, kWidth = 37;
        const std::size_t width = static_cast<std::size_t>(channels);
        std::vector<float> x = randomFloats(count(kHeight, kWidth, channels), 8);
        for (float& value : x) value = 5.0f + value;
        const Image2d image{x.data(), kHeight, kWidth, channels};
        std::vector<double> whole(2 * width), banded(2 * width), plain(2 * width);
        ASSERT_TRUE(ops()->addChannelSums(image, whole.data(), whole.data() + width).ok());
        for (int first = 0; first < kHeight; first += kBandRows) {
            const Image2d band{x.data() + count(first, kWidth, channels), std::min(kBandRows, kHeight - first), kWidth,
                               channels};
            ASSERT_TRUE(ops(3)->addChannelSums(band, banded.data(), banded.data() + width).ok());
        }
        EXPECT_EQ(whole, banded);
        ASSERT_TRUE(ReferenceOps().addChannelSums(image, plain.data(), plain.data() + width).ok());
        for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(whole[i], plain[i], 1e-12 * plain[i]);

        const std::vector<float> weight = randomFloats(width, 9), bias = randomFloats(width, 10);
        const GroupNormArgs norm{4, weight.data(), bias.data(), 1e-6f};
        std::vector<float> expected(2 * width), folded(2 * width);
        ASSERT_TRUE(ReferenceOps().groupNormFactors(image, norm, expected.data(), expected.data() + width).ok());
        foldChannelSums(whole.data(), whole.data() + width, kHeight * kWidth, channels, norm, folded.data(),
                        folded.data() + width);
        // One rounding to float; the variance loses some digits of a double to the square of the mean.
        for (std::size_t i = 0; i < folded.size(); ++i)
            EXPECT_NEAR(folded[i], expected[i], std::abs(expected[i]) * 0x1p-23f);
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, StreamingOps, everyKernelSet(), setName);

class StreamedDecoding : public testing::Test {
protected:
    static constexpr int kHeight = 3, kWidth = 2;  // tokens; 48 x 32 pixels: a band is not a whole number of tiles

    const VaeConfig& config() const { return model.pack().config().vae; }
    Result<std::vector<float>> decode(Ops& ops, const DecoderMemory& memory, std::size_t lessFloats = 0,
                                      Precision precision = Precision::Int15) const {
        const std::size_t floats = VaeDecoder::workspaceFloats(config(), kHeight, kWidth, memory);
        Result<Workspace> workspace = Workspace::reserve(floats - lessFloats);
        const int width = config().patchedChannels();
        const Result<Image2d> rgb =
            VaeDecoder(model.pack(), memory)
                .decode(ops, precision, *workspace, {latents.data(), kHeight * kWidth, width, width}, kHeight, kWidth);
        if (!rgb)
            return rgb.error();
        EXPECT_EQ(rgb->channels, 3);
        return std::vector<float>(rgb->data, rgb->data + static_cast<std::ptrdiff_t>(rgb->height) * rgb->width * 3);
    }
    // From nothing kept to nothing streamed: all that can be decided is decided either way.
    std::vector<DecoderMemory> amounts() const {
        constexpr std::size_t kSteps = 30;
        const std::size_t all = decoderFloats(config(), kHeight, kWidth);
        std::vector<DecoderMemory> amounts;
        for (std::size_t i = 0; i <= kSteps; ++i) amounts.push_back({all * i / kSteps});
        return amounts;
    }
    double bound() const {
        const auto blocks = config().decoderBlockOutChannels.size();
        const auto resnets = static_cast<std::size_t>(config().layersPerBlock + 1);
        return std::sqrt(blocks * (2 * resnets + 1) + 1) * 0x1p-11;
    }
    bool streams(const DecoderMemory& memory) const {
        return firstStreamedBlock(config(), kHeight, kWidth, memory) <
               static_cast<int>(config().decoderBlockOutChannels.size());
    }

    Model model = openModel(tinyPack());
    std::vector<float> latents =
        torchNormal(12, kHeight* kWidth* static_cast<std::size_t>(model.pack().config().vae.patchedChannels()));
};

// A value is rounded to 11 bits whenever a picture is kept: twice a resnet at most, once a block and once at first.
TEST_F(StreamedDecoding, IsTheWholeDecodingButForSixteenBits) {
    ReferenceOps plain;
    const Result<std::vector<float>> whole = decode(plain, {});
    ASSERT_TRUE(whole.ok());
    std::set<int> firsts;
    std::set<double> errors;
    for (const DecoderMemory& memory : amounts()) {
        const Result<std::vector<float>> streamed = decode(plain, memory);
        ASSERT_TRUE(streamed.ok()) << streamed.error().message;
        const double error = relativeError(*streamed, *whole);
        EXPECT_LT(error, bound()) << memory.keptFloats;
        EXPECT_EQ(error == 0.0, !streams(memory)) << memory.keptFloats;
        errors.insert(error);
        firsts.insert(firstStreamedBlock(config(), kHeight, kWidth, memory));
    }
    EXPECT_EQ(*firsts.begin(), 0);
    EXPECT_EQ(*firsts.rbegin(), static_cast<int>(config().decoderBlockOutChannels.size()));
    EXPECT_GE(errors.size(), 6u) << "the amounts must take different turns";
}

// What the CPU computes differs by 1e-6 at first; of values near the middle between two halves that becomes a whole
// step, and in the end another sample of the same roundings.
TEST_F(StreamedDecoding, CpuStreamsAsPlainArithmeticDoes) {
    ReferenceOps plain;
    for (const DecoderMemory& memory : amounts()) {
        const Result<std::vector<float>> expected = decode(plain, memory);
        for (const kernels::KernelSet* set : kernels::supportedKernelSets()) {
            const Result<std::vector<float>> one = decode(*makeCpuOps(*set, 1, {}), memory);
            const Result<std::vector<float>> three = decode(*makeCpuOps(*set, 3, {}), memory);
            ASSERT_TRUE(one.ok());
            EXPECT_LT(relativeError(*one, *expected), bound()) << set->name << " " << memory.keptFloats;
            EXPECT_TRUE(sameBits(*one, *three)) << set->name << " " << memory.keptFloats;
        }
    }
}

TEST_F(StreamedDecoding, NeedsWhatItSaysAndNoLess) {
    ReferenceOps plain;
    for (const DecoderMemory& memory : amounts()) {
        if (!streams(memory))
            continue;
        ASSERT_TRUE(decode(plain, memory).ok());
        const Result<std::vector<float>> starved = decode(plain, memory, 4096);
        ASSERT_FALSE(starved.ok()) << memory.keptFloats;
        EXPECT_EQ(starved.error().code, ErrorCode::Internal);
    }
}

TEST_F(StreamedDecoding, StopsInTheMiddle) {
    std::stop_source stop;
    stop.request_stop();
    const Result<std::vector<float>> stopped =
        decode(*makeCpuOps(*kernels::supportedKernelSets().front(), 2, stop.get_token()), {0});
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

VaeConfig bigDecoder() {
    VaeConfig config;
    config.latentChannels = 32;
    config.decoderBlockOutChannels = {128, 256, 512, 512};
    config.layersPerBlock = 2;
    return config;
}

TEST(DecoderMemory, PicturesUpTo512StayWhole) {
    EXPECT_EQ(firstStreamedBlock(bigDecoder(), 32, 32, {}), 4);
    EXPECT_EQ(firstStreamedBlock(bigDecoder(), 32, 33, {}), 3);
    EXPECT_EQ(firstStreamedBlock(bigDecoder(), 64, 64, {}), 2);
}

TEST(DecoderMemory, OfTheBigDecoderAt1024) {
    // 128 channels of the last block at full size and 256 of what they are made from at half of it, in 16 bits; in
    // fp32 the windows under the enlargement and under the first convolution, and a band of its output.
    const std::size_t kept = 1024u * 1024u * 128u / 2u + 512u * 512u * 256u / 2u;
    const std::size_t rows = 17u * 512u * 256u + 17u * 1024u * 256u + 8u * 1024u * 128u;
    EXPECT_EQ(decoderFloats(bigDecoder(), 64, 64), kept + rows);
    EXPECT_LT(4 * decoderFloats(bigDecoder(), 64, 64), 440'000'000u);
}

}  // namespace
}  // namespace penjing::test
