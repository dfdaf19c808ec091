#include "cpu_ops_support.h"

namespace penjing::test {
namespace {

constexpr int kRows = 40;   // one whole tile row and a part of the next
constexpr int kCols = 256;  // two tiles across
constexpr std::uint16_t kHalfOne = 0x3C00, kHalfHalf = 0x3800, kHalfMinusTwo = 0xC000;

// Bytes of a tile, as docs/formats/pack.md counts them.
struct TileFormat {
    WeightFormat format;
    std::size_t bytes;
    int codes;  // 0..codes − 1
};
constexpr TileFormat kFormats[] = {{WeightFormat::T3, 896, 3},
                                   {WeightFormat::B1, 576, 2},
                                   {WeightFormat::Q4, 2304, 16},
                                   {WeightFormat::Q8, 4160, 256}};

// A made-up code for every weight: it differs along both axes and between tiles.
int codeOf(const TileFormat& f, int row, int col) {
    return (row * 7 + col * 5 + col / 128 * 3 + row / 32) % f.codes;
}
std::uint16_t scaleOf(int row) {
    return row % 2 == 0 ? kHalfHalf : kHalfOne;
}

void put16(std::vector<std::uint8_t>& tile, std::size_t at, std::uint16_t value) {
    tile[at] = static_cast<std::uint8_t>(value & 255u);
    tile[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

// One tile, written as the text of the format says: panel byte 4c + j of vector 2q + h is channel 16h + c, input 4q +
// j.
std::vector<std::uint8_t> encodeTile(const TileFormat& f, int tileRow, int tileCol) {
    std::vector<std::uint8_t> tile(f.bytes, 0);
    for (int v = 0; v < 64; ++v)
        for (int b = 0; b < 64; ++b) {
            const int row = tileRow * 32 + 16 * (v % 2) + b / 4, col = tileCol * 128 + 4 * (v / 2) + b % 4;
            const int code = codeOf(f, row, col);
            const auto add = [&](int at, int amount) {
                tile[static_cast<std::size_t>(at)] =
                    static_cast<std::uint8_t>(tile[static_cast<std::size_t>(at)] + amount);
            };
            constexpr int kPowers[] = {1, 3, 9, 27, 81};
            switch (f.format) {
                case WeightFormat::T3:
                    add(v / 5 * 64 + b, code * kPowers[v % 5]);
                    break;
                case WeightFormat::B1:
                    add(v * 8 + b / 8, code << (b % 8));
                    break;
                case WeightFormat::Q4:
                    add(v * 32 + b % 32, b < 32 ? code : code << 4);
                    break;
                default:
                    add(v * 64 + b, code);
            }
        }
    const std::size_t scales = f.format == WeightFormat::Q4 ? 2048 : f.bytes - 64;
    for (int i = 0; i < 32; ++i) {
        const std::size_t at = scales + 2 * static_cast<std::size_t>(i);
        put16(tile, at, scaleOf(i));
        if (f.format == WeightFormat::Q4) {  // second half of the inputs: other scales and offsets
            put16(tile, at + 64, kHalfMinusTwo);
            put16(tile, at + 128, kHalfOne);
            put16(tile, at + 192, kHalfHalf);
        }
    }
    return tile;
}

float expectedWeight(const TileFormat& f, int row, int col) {
    const auto code = static_cast<float>(codeOf(f, row, col));
    const float scale = scaleOf(row % 32) == kHalfOne ? 1.0f : 0.5f;
    switch (f.format) {
        case WeightFormat::T3:
            return (code - 1.0f) * scale;
        case WeightFormat::B1:
            return (2.0f * code - 1.0f) * scale;
        case WeightFormat::Q4:
            return col % 128 < 64 ? code * scale + 1.0f : code * -2.0f + 0.5f;
        default:
            return (code - 128.0f) * scale;
    }
}

class CpuOpsEmbeddingTest : public EveryKernelSet {};

TEST_P(CpuOpsEmbeddingTest, LowBitRows) {
    const auto backend = ops();
    const std::vector<int> ids = {39, 0, 31, 32, 17, 17, 5};
    for (const TileFormat& f : kFormats) {
        std::vector<std::uint8_t> table;
        for (int i = 0; i < 2; ++i)
            for (int g = 0; g < kCols / 128; ++g) {
                const std::vector<std::uint8_t> tile = encodeTile(f, i, g);
                table.insert(table.end(), tile.begin(), tile.end());
            }
        GappedMatrix y(static_cast<int>(ids.size()), kCols, 3, 1);
        const Weight weight{f.format, kRows, kCols, reinterpret_cast<const std::byte*>(table.data())};
        ASSERT_TRUE(backend->embedding(weight, ids, y.view).ok());
        for (std::size_t r = 0; r < ids.size(); ++r)
            for (int c = 0; c < kCols; ++c)
                ASSERT_EQ(y.view.row(static_cast<int>(r))[c], expectedWeight(f, ids[r], c))
                    << "format " << static_cast<int>(f.format) << ", id " << ids[r] << ", column " << c;
        EXPECT_TRUE(y.gapsStand());
    }
}

TEST_P(CpuOpsEmbeddingTest, DenseRows) {
    const auto backend = ops();
    const int cols = 21;  // no multiple of any vector
    std::vector<float> wide(kRows * cols);
    std::vector<std::uint16_t> bfloat(wide.size()), half(wide.size());
    for (std::size_t i = 0; i < wide.size(); ++i) {
        wide[i] = i % 3 == 0 ? 1.0f : i % 3 == 1 ? -2.0f : 0.5f;
        half[i] = i % 3 == 0 ? kHalfOne : i % 3 == 1 ? kHalfMinusTwo : kHalfHalf;
        std::uint32_t bits;
        std::memcpy(&bits, &wide[i], sizeof bits);
        bfloat[i] = static_cast<std::uint16_t>(bits >> 16);
    }
    const std::vector<int> ids = {2, 39, 0};
    const auto check = [&](WeightFormat format, const void* data) {
        GappedMatrix y(3, cols, 2, 1);
        ASSERT_TRUE(backend->embedding({format, kRows, cols, static_cast<const std::byte*>(data)}, ids, y.view).ok());
        for (int r = 0; r < 3; ++r)
            for (int c = 0; c < cols; ++c)
                ASSERT_EQ(y.view.row(r)[c],
                          wide[static_cast<std::size_t>(ids[static_cast<std::size_t>(r)] * cols + c)]);
        EXPECT_TRUE(y.gapsStand());
    };
    check(WeightFormat::F32, wide.data());
    check(WeightFormat::BF16, bfloat.data());
    check(WeightFormat::F16, half.data());
}

TEST_P(CpuOpsEmbeddingTest, RefusesIdsBeyondTheTable) {
    const auto backend = ops();
    const std::vector<float> table(4 * 8, 1.0f);
    const Weight weight{WeightFormat::F32, 4, 8, reinterpret_cast<const std::byte*>(table.data())};
    GappedMatrix y(1, 8, 0, 1);
    for (const int bad : {-1, 4}) EXPECT_FALSE(backend->embedding(weight, std::vector<int>{bad}, y.view).ok());
    EXPECT_TRUE(backend->embedding(weight, std::vector<int>{3}, y.view).ok());
}

INSTANTIATE_TEST_SUITE_P(Sets, CpuOpsEmbeddingTest, everyKernelSet(), setName);

}  // namespace
}  // namespace penjing::test
