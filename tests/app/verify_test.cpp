#include "penjing/verify.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penjing {
namespace {

Image grey(std::uint8_t value) {
    return {4, 2, std::vector<std::uint8_t>(4 * 2 * 3, value)};
}

TEST(Psnr, EqualPicturesAreInfinitelyAlike) {
    EXPECT_TRUE(std::isinf(psnr(grey(7), grey(7))));
}

TEST(Psnr, KnownValues) {
    EXPECT_NEAR(psnr(grey(0), grey(255)), 0.0, 1e-12);                       // the mean square is the peak's
    EXPECT_NEAR(psnr(grey(10), grey(11)), 20.0 * std::log10(255.0), 1e-12);  // one level everywhere
    Image one = grey(10);
    one.rgb[5] = 12;  // mean square 4/24
    EXPECT_NEAR(psnr(grey(10), one), 10.0 * std::log10(255.0 * 255.0 * 6.0), 1e-12);
}

}  // namespace
}  // namespace penjing
