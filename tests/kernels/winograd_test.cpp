#include <algorithm>
#include <array>

#include "float_support.h"

namespace penjing::kernels::test {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Transforms of F(4, 3) from their definition: interpolation at 0, ±a, ±b and ∞. Rows of `input` and `weights` and
// columns of `output` belong to a point.
struct Transforms {
    Matrix input, weights, output;

    static Transforms at(double a, double b) {
        const std::array<double, 5> points = {0.0, a, -a, b, -b};
        Transforms t{Matrix(6, std::vector<double>(6)), Matrix(6, std::vector<double>(3)),
                     Matrix(4, std::vector<double>(6))};
        for (std::size_t p = 0; p < 5; ++p) {
            std::vector<double> product = {1.0};  // Π (x − q) over the other points
            double scale = 1.0;
            for (std::size_t q = 0; q < 5; ++q)
                if (q != p) {
                    product = timesRoot(product, points[q]);
                    scale *= points[p] - points[q];
                }
            std::copy(product.begin(), product.end(), t.input[p].begin());
            for (std::size_t k = 0; k < 3; ++k) t.weights[p][k] = std::pow(points[p], static_cast<double>(k)) / scale;
            for (std::size_t k = 0; k < 4; ++k) t.output[k][p] = std::pow(points[p], static_cast<double>(k));
        }
        std::vector<double> all = {1.0};
        for (const double q : points) all = timesRoot(all, q);
        t.input[5] = all;
        t.weights[5][2] = t.output[3][5] = 1.0;
        return t;
    }

    // Of an enlarged picture: pixels (p, q, q, r, r, s), without the point −a = −1, where they give zero. The points b
    // and −b share an input r − q.
    static Transforms enlarged(double b) {
        const Transforms all = at(1.0, b);
        Transforms t{{}, {}, Matrix(4)};
        const std::array<double, 6> scales = {1.0, 2.0, 0.0, 1.0 + b, 1.0 - b, 1.0};
        for (std::size_t p = 0; p < 6; ++p) {
            const std::vector<double>& d = all.input[p];
            std::vector<double> input = {d[0], d[1] + d[2], d[3] + d[4], d[5]}, weights = all.weights[p];
            if (scales[p] == 0.0) {
                for (const double value : input) EXPECT_EQ(value, 0.0);
                continue;
            }
            for (double& value : input) value /= scales[p];
            for (double& value : weights) value *= scales[p];
            t.input.push_back(input);
            t.weights.push_back(weights);
            for (std::size_t k = 0; k < 4; ++k) t.output[k].push_back(all.output[k][p]);
        }
        return t;
    }

private:
    static std::vector<double> timesRoot(const std::vector<double>& polynomial, double root) {
        std::vector<double> result(polynomial.size() + 1);
        for (std::size_t i = 0; i < polynomial.size(); ++i) {
            result[i + 1] += polynomial[i];
            result[i] -= root * polynomial[i];
        }
        return result;
    }
};

// |M| X |M|ᵀ
Matrix absoluteSandwich(const Matrix& m, const Matrix& x) {
    Matrix result(m.size(), std::vector<double>(m.size()));
    for (std::size_t i = 0; i < m.size(); ++i)
        for (std::size_t j = 0; j < m.size(); ++j)
            for (std::size_t k = 0; k < x.size(); ++k)
                for (std::size_t l = 0; l < x.size(); ++l)
                    result[i][j] += std::abs(m[i][k]) * x[k][l] * std::abs(m[j][l]);
    return result;
}

// One window of tiles of a height × width picture, all its channels, bias and residual (y itself).
struct Case {
    int height, width, inChannels, outChannels;
    bool upsample = false;
    int firstRow = 0, firstColumn = 0;  // of the output
    int rows = 0, columns = 0;          // of the output; 0: to the end
};

class Problem {
public:
    Problem(const Case& shape, std::uint32_t seed)
        : c(shape),
          factor(c.upsample ? 2 : 1),
          rows(c.rows > 0 ? c.rows : c.height * factor),
          columns(c.columns > 0 ? c.columns : c.width * factor),
          x(1, c.height * c.width * c.inChannels, c.height * c.width * c.inChannels, seed),
          weights(1, c.outChannels * 9 * c.inChannels, c.outChannels * 9 * c.inChannels, seed + 1),
          bias(1, c.outChannels, c.outChannels, seed + 2),
          residual(rows * columns, c.outChannels, c.outChannels + 3, seed + 3) {}

    Fenced run(const FloatKernels& floats) const {
        const WinogradKernels& set = floats.winograd;
        const int width = 2 * floats.lanes, panels = (c.outChannels + width - 1) / width;
        const int down = (rows + 3) / 4, across = (columns + 3) / 4, depth = 9 * c.inChannels;
        const int tileFloats =
            static_cast<int>(winogradTileFloats(down * across, set.tileStep, c.inChannels, c.upsample));
        Fenced tiles(1, tileFloats, tileFloats);
        set.packTiles({x.data(), c.height, c.width, c.inChannels, c.upsample, c.firstRow - 1, c.firstColumn - 1,
                       4 * down + 2, 4 * across + 2},
                      tiles.data());
        EXPECT_TRUE(tiles.fencesStand());

        const int panelFloats = static_cast<int>(winogradWeightFloats(c.inChannels, width, c.upsample));
        Fenced packed(panels, panelFloats, panelFloats);
        for (int p = 0; p < panels; ++p) {
            std::vector<float> direct(convPanelFloats(3, c.inChannels, width, Factors::F32));
            for (int n = p * width; n < std::min(c.outChannels, (p + 1) * width); n += kConvLanes)
                floats.conv.packChannels(weights.data() + n * depth, std::min(kConvLanes, c.outChannels - n), 3,
                                         c.inChannels, width, direct.data() + n - p * width);
            set.packWeights(direct.data(), c.inChannels, c.upsample, packed.data() + p * panelFloats);
        }
        EXPECT_TRUE(packed.fencesStand());

        const int sumFloats = static_cast<int>(winogradSumFloats(down * across, set.tileStep, width, c.upsample));
        Fenced y = residual;
        WinogradTiles t;
        t.tiles = tiles.data();
        t.tilesDown = down;
        t.tilesAcross = across;
        t.upsample = c.upsample;
        t.inChannels = c.inChannels;
        t.pixelStride = y.stride();
        t.rowStride = static_cast<std::ptrdiff_t>(columns) * y.stride();
        t.rows = rows;
        t.columns = columns;
        for (int p = 0; p < panels; ++p) {
            Fenced sums(1, sumFloats, sumFloats);
            t.weights = packed.data() + p * panelFloats;
            t.outChannels = std::min(width, c.outChannels - p * width);
            t.bias = bias.data() + p * width;
            t.residual = t.y = y.data() + p * width;
            t.sums = sums.data();
            set.convolve(t);
            EXPECT_TRUE(sums.fencesStand());
        }
        EXPECT_TRUE(y.fencesStand());
        return y;
    }

    double pixel(int row, int column, int channel) const {
        if (row < 0 || column < 0 || row >= c.height * factor || column >= c.width * factor)
            return 0.0;
        return x.at(0, (row / factor * c.width + column / factor) * c.inChannels + channel);
    }
    double weight(int n, int ky, int kx, int channel) const {
        return weights.at(0, ((n * 3 + ky) * 3 + kx) * c.inChannels + channel);
    }
    double expected(int row, int column, int n) const {
        double sum = static_cast<double>(bias.at(0, n)) + residual.at(row * columns + column, n);
        for (int ky = 0; ky < 3; ++ky)
            for (int kx = 0; kx < 3; ++kx)
                for (int i = 0; i < c.inChannels; ++i)
                    sum += pixel(c.firstRow + row + ky - 1, c.firstColumn + column + kx - 1, i) * weight(n, ky, kx, i);
        return sum;
    }

    // |Aᵀ| (Σ |G||g||G|ᵀ ⊙ |Bᵀ||d||B|) |A|: what every rounding of a tile's channel n is relative to.
    Matrix magnitudes(const Transforms& t, int tileRow, int tileColumn, int n) const {
        const std::size_t inputs = t.input[0].size();
        Matrix products(t.input.size(), std::vector<double>(t.input.size()));
        for (int i = 0; i < c.inChannels; ++i) {
            Matrix d(inputs, std::vector<double>(inputs)), g(3, std::vector<double>(3));
            for (std::size_t r = 0; r < inputs; ++r)
                for (std::size_t k = 0; k < inputs; ++k)
                    d[r][k] = std::abs(
                        pixel(c.firstRow + 4 * tileRow + offset(r), c.firstColumn + 4 * tileColumn + offset(k), i));
            for (std::size_t r = 0; r < 3; ++r)
                for (std::size_t k = 0; k < 3; ++k)
                    g[r][k] = std::abs(weight(n, static_cast<int>(r), static_cast<int>(k), i));
            const Matrix v = absoluteSandwich(t.input, d), u = absoluteSandwich(t.weights, g);
            for (std::size_t r = 0; r < products.size(); ++r)
                for (std::size_t k = 0; k < products.size(); ++k) products[r][k] += u[r][k] * v[r][k];
        }
        return absoluteSandwich(t.output, products);
    }

    Case c;
    int factor, rows, columns;
    Fenced x, weights, bias, residual;

private:
    // Enlarged rows −1, 0, 2 and 4 stand for the four pixels that a tile depends on.
    int offset(std::size_t input) const {
        return c.upsample ? (input == 0 ? -1 : 2 * static_cast<int>(input) - 2) : static_cast<int>(input) - 1;
    }
};

class WinogradTest : public EverySet {
protected:
    static const Transforms& transforms(bool upsample) {
        static const Transforms plain = Transforms::at(0.625, 1.5), enlarged = Transforms::enlarged(1.75);
        return upsample ? enlarged : plain;
    }

    // Each dimension of the input's transform rounds up to 4 times, of the weights' 4 (its constants too), of the
    // output's 5; then come bias and residual, and a rounding for every product and sum over the channels: n roundings
    // in a row of numbers whose absolute values add up to m are an error of n·2⁻²⁴·m, to first order.
    void check(const Case& c) {
        SCOPED_TRACE(testing::Message() << c.height << "x" << c.width << "x" << c.inChannels << " -> " << c.outChannels
                                        << (c.upsample ? ", enlarged" : ""));
        const Problem problem(c, 71);
        const Fenced y = problem.run(floats());
        const double roundings = (2.0 * c.inChannels + 2 * (4 + 4 + 5) + 2) * kRounding;
        for (int n = 0; n < c.outChannels; ++n)
            for (int row = 0; row < problem.rows; row += 4)
                for (int column = 0; column < problem.columns; column += 4) {
                    const Matrix magnitudes = problem.magnitudes(transforms(c.upsample), row / 4, column / 4, n);
                    for (int r = row; r < std::min(row + 4, problem.rows); ++r)
                        for (int k = column; k < std::min(column + 4, problem.columns); ++k) {
                            const double value = problem.expected(r, k, n);
                            const double around = std::abs(problem.bias.at(0, n)) +
                                                  std::abs(problem.residual.at(r * problem.columns + k, n));
                            const double m =
                                magnitudes[static_cast<std::size_t>(r - row)][static_cast<std::size_t>(k - column)];
                            ASSERT_NEAR(y.at(r * problem.columns + k, n), value, roundings * (m + around))
                                << r << ", " << k << ", " << n;
                        }
                }
    }

    // Root mean square of the error over that of the result.
    double relativeError(const Case& c) {
        const Problem problem(c, 72);
        const Fenced y = problem.run(floats());
        double error = 0.0, size = 0.0;
        for (int row = 0; row < problem.rows; ++row)
            for (int column = 0; column < problem.columns; ++column)
                for (int n = 0; n < c.outChannels; ++n) {
                    const double value = problem.expected(row, column, n);
                    const double difference = y.at(row * problem.columns + column, n) - value;
                    error += difference * difference;
                    size += value * value;
                }
        return std::sqrt(error / size);
    }
};

TEST_P(WinogradTest, AllRemaindersOfThePicture) {
    for (const int height : {1, 2, 3, 4, 5, 6, 7})
        for (const int width : {1, 3, 4, 5, 8, 9, 10, 11}) check({height, width, 3, 2});
    for (const int height : {1, 2, 3, 5})
        for (const int width : {1, 2, 3, 4, 6, 7}) check({height, width, 3, 2, true});
}

TEST_P(WinogradTest, AllRemaindersOfTheChannels) {
    for (const bool upsample : {false, true}) {
        for (const int channels : {1, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40}) check({5, 6, channels, 5, upsample});
        for (const int channels : {1, 3, 4, 8, 15, 16, 17, 31, 32, 33, 47, 65}) check({5, 6, 5, channels, upsample});
    }
}

// Blocks of tiles inside a picture and at its edges see their neighbours, and zeros outside.
TEST_P(WinogradTest, WindowsOfAPicture) {
    for (const int firstRow : {0, 4, 8})
        for (const int firstColumn : {0, 4, 12}) {
            check({19, 22, 16, 3, false, firstRow, firstColumn, std::min(8, 19 - firstRow),
                   std::min(8, 22 - firstColumn)});
            check(
                {9, 11, 16, 3, true, firstRow, firstColumn, std::min(8, 18 - firstRow), std::min(8, 22 - firstColumn)});
        }
}

TEST_P(WinogradTest, TilesDoNotDependOnTheirNeighbours) {
    for (const bool upsample : {false, true}) {
        const int factor = upsample ? 2 : 1;
        const Problem whole({16 / factor, 24 / factor, 24, 20, upsample}, 73);
        const Fenced expected = whole.run(floats());
        Problem part({16 / factor, 24 / factor, 24, 20, upsample, 4, 8, 8, 12}, 73);
        for (int row = 0; row < 8; ++row)
            for (int column = 0; column < 12; ++column)
                for (int n = 0; n < 20; ++n)
                    part.residual.at(row * 12 + column, n) = whole.residual.at((row + 4) * 24 + column + 8, n);
        const Fenced y = part.run(floats());
        for (int row = 0; row < 8; ++row)
            for (int column = 0; column < 12; ++column)
                for (int n = 0; n < 20; ++n)
                    ASSERT_EQ(y.at(row * 12 + column, n), expected.at((row + 4) * 24 + column + 8, n));
    }
}

// Measured: 1.1e-6 and 2.0e-6 (scalar: 2.2e-6). With the points ±1 and ±2 of the literature the first would be 2.4e-6;
// a direct convolution has 6e-7.
TEST_P(WinogradTest, ErrorsAreThoseOfGoodPoints) {
    EXPECT_LT(relativeError({16, 16, 128, 16}), 1.5e-6);
    EXPECT_LT(relativeError({8, 8, 128, 16, true}), 3.5e-6);
}

INSTANTIATE_TEST_SUITE_P(Sets, WinogradTest, everySet(), setName);

}  // namespace
}  // namespace penjing::kernels::test
