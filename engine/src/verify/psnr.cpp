#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "penjing/verify.h"

namespace penjing {

double psnr(const Image& a, const Image& b) {
    std::uint64_t squares = 0;  // exact: 255² · 3 · 10⁸ pixels fits 64 bits
    for (std::size_t i = 0; i < a.rgb.size(); ++i) {
        const int difference = int{a.rgb[i]} - int{b.rgb[i]};
        squares += static_cast<std::uint64_t>(difference * difference);
    }
    if (squares == 0)
        return std::numeric_limits<double>::infinity();
    const double meanSquare = static_cast<double>(squares) / static_cast<double>(a.rgb.size());
    return 10.0 * std::log10(255.0 * 255.0 / meanSquare);
}

}  // namespace penjing
