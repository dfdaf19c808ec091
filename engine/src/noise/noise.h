#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace penjing {

// `count` standard normal numbers: the stream of torch.randn(count) on the CPU after manual_seed(seed), up to the last
// digits of log and cos. torch's generator reads the low 32 bits of a seed only; so do we while the high half is zero.
// A seed with high bits starts a stream of its own, by MT19937's initialisation from the array {low, high}.
std::vector<float> torchNormal(std::uint64_t seed, std::size_t count);

// The first latents of a picture, [height·width tokens, channels] token-major. The stream is drawn in the order of the
// reference, [channels, height, width], and then packed: token (h, w) holds noise[c, h, w] for every c.
std::vector<float> initialNoise(std::uint64_t seed, int channels, int height, int width);

}  // namespace penjing
