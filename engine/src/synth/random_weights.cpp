#include "synth/random_weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <vector>

#include "pack/weight_format.h"
#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

constexpr std::size_t kPieceBytes = 1u << 20;

// SplitMix64 (Steele, Lea, Flood 2014): one multiplication-xor chain per 64 random bits.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    // Uniform in [0, bound), bound at most 2^16.
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 48) * bound >> 16); }
    // Uniform in [-1, 1).
    float signedUnit() { return static_cast<float>(static_cast<std::int64_t>(next() >> 40) - (1 << 23)) / (1 << 23); }
    // Random bytes through `map`, which takes 0...65535.
    template <typename Map>
    void fill(std::span<std::byte> out, Map map) {
        std::size_t i = 0;
        while (i < out.size()) {
            const std::uint64_t bits = next();
            for (unsigned part = 0; part < 4 && i < out.size(); ++part, ++i)
                out[i] = static_cast<std::byte>(map(static_cast<std::uint32_t>(bits >> (16 * part) & 0xffff)));
        }
    }

private:
    std::uint64_t state_;
};

// Where the parts of a tile lie, and the scale that gives its random codes the standard deviation 1.
struct TileLayout {
    std::size_t codeBytes;
    int scaleSets;
    int offsetSets;
    float unitScale;
};

TileLayout tileLayout(WeightFormat format) {
    switch (format) {
        case WeightFormat::T3:
            return {832, 1, 0, std::sqrt(1.5f)};  // -1, 0, 1: variance 2/3
        case WeightFormat::B1:
            return {512, 1, 0, 1.0f};
        case WeightFormat::Q4:
            return {2048, 2, 2, 1.0f / std::sqrt(21.25f)};  // 0...15: variance (16² - 1) / 12
        default:
            return {4096, 1, 0, std::sqrt(3.0f) / 127.0f};  // -127...127, nearly uniform
    }
}

void fillCodes(WeightFormat format, std::span<std::byte> codes, Random& random) {
    switch (format) {
        case WeightFormat::T3: {
            random.fill(codes.first(768), [](std::uint32_t r) { return r * 243 >> 16; });
            random.fill(codes.subspan(768), [](std::uint32_t r) { return r * 81 >> 16; });  // no fifth digit
            break;
        }
        case WeightFormat::Q8:
            random.fill(codes, [](std::uint32_t r) { return 1 + (r * 255 >> 16); });
            break;
        default:
            random.fill(codes, [](std::uint32_t r) { return r >> 8; });
            break;
    }
}

// Random codes; scales within 3/4...5/4 of the nominal one, 0 for the channels that only fill up the tile.
void fillTile(WeightFormat format, int channels, float deviation, std::span<std::byte> tile, Random& random) {
    const TileLayout layout = tileLayout(format);
    fillCodes(format, tile.first(layout.codeBytes), random);
    const std::size_t sets = static_cast<std::size_t>(layout.scaleSets);
    for (std::size_t i = 0; i < sets * kTileChannels; ++i) {
        const bool real = static_cast<int>(i % kTileChannels) < channels;
        const float scale = deviation * layout.unitScale * (1.0f + 0.25f * random.signedUnit());
        const std::uint16_t half = real ? halfFromFloat(scale) : std::uint16_t{0};
        std::memcpy(tile.data() + layout.codeBytes + 2 * i, &half, 2);
        if (layout.offsetSets == 0)
            continue;
        const std::uint16_t offset = real ? halfFromFloat(-7.5f * scale) : std::uint16_t{0};
        std::memcpy(tile.data() + layout.codeBytes + 2 * (sets * kTileChannels + i), &offset, 2);
    }
}

Status streamTiles(const TensorSpec& spec, WeightFormat format, Random& random, const ByteSink& sink) {
    const float deviation = 1.0f / std::sqrt(static_cast<float>(spec.k));
    const std::size_t groups = static_cast<std::size_t>(spec.k / kGroupSize);
    const std::size_t bytes = tileBytes(format);
    std::vector<std::byte> row(groups * bytes);
    for (std::size_t i = 0; i < tileRows(spec.n); ++i) {
        const int channels = std::min(kTileChannels, spec.n - static_cast<int>(i) * kTileChannels);
        for (std::size_t g = 0; g < groups; ++g)
            fillTile(format, channels, deviation, std::span(row).subspan(g * bytes, bytes), random);
        PENJING_TRY(sink(row));
    }
    return {};
}

// Elements of `width` bytes each, made by `make` into their place.
template <typename Make>
Status streamElements(std::size_t count, std::size_t width, Make make, const ByteSink& sink) {
    std::vector<std::byte> piece(std::min(count * width, kPieceBytes));
    while (count > 0) {
        const std::size_t now = std::min(count, piece.size() / width);
        for (std::size_t i = 0; i < now; ++i) make(piece.data() + i * width);
        PENJING_TRY(sink(std::span(piece).first(now * width)));
        count -= now;
    }
    return {};
}

Status streamDense(const TensorSpec& spec, WeightFormat format, Random& random, const ByteSink& sink) {
    const std::size_t inputs = static_cast<std::size_t>(spec.k) * spec.kernel * spec.kernel;
    const float range = std::sqrt(3.0f / static_cast<float>(inputs));
    const auto make = [&](std::byte* out) {
        const float value = range * random.signedUnit();
        if (format == WeightFormat::F32) {
            std::memcpy(out, &value, 4);
        } else {
            const std::uint16_t bits = bfloat16FromFloat(value);
            std::memcpy(out, &bits, 2);
        }
    };
    return streamElements(static_cast<std::size_t>(spec.n) * inputs, format == WeightFormat::F32 ? 4 : 2, make, sink);
}

Status streamVector(const TensorSpec& spec, const ByteSink& sink) {
    const std::string_view name = spec.name;
    const float value = name.ends_with(".bias") || name.ends_with("running_mean") ? 0.0f : 1.0f;
    return streamElements(
        static_cast<std::size_t>(spec.n), 4, [value](std::byte* out) { std::memcpy(out, &value, 4); }, sink);
}

}  // namespace

Status streamRandomTensor(const TensorSpec& spec, WeightFormat format, std::uint64_t seed, const ByteSink& sink) {
    Random random(seed);
    if (spec.kind == TensorKind::Vector)
        return streamVector(spec, sink);
    return isLowBit(format) ? streamTiles(spec, format, random, sink) : streamDense(spec, format, random, sink);
}

}  // namespace penjing
