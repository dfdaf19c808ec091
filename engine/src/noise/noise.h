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

// The point `t` of the way along the arc from `a` to `b`: the direction by spherical linear interpolation (Shoemake
// 1985, "Animating Rotation with Quaternion Curves", SIGGRAPH), the length by linear interpolation of the two lengths.
// Averaging noise along the straight line instead would shrink it, and the model would take it for a blurred picture.
// A t of 0 gives exactly a, of 1 exactly b. Same sizes, neither all zeros; t in 0..1.
std::vector<float> sphericalInterpolation(const std::vector<float>& a, const std::vector<float>& b, double t);

}  // namespace penjing
