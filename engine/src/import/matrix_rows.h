#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "import/source_matrix.h"

namespace penjing {

// A matrix of the pack as rows of a matrix in a source: all of them, a part, or parts in another order.
class MatrixRows {
public:
    struct Range {
        std::size_t first = 0;
        std::size_t count = 0;
    };
    MatrixRows() = default;
    MatrixRows(SourceMatrix matrix, std::vector<Range> ranges);

    const SourceMatrix& source() const { return matrix_; }
    std::size_t n() const { return n_; }
    std::size_t k() const { return matrix_.k; }
    // The row in the source that is row `row` of this matrix.
    std::size_t sourceRow(std::size_t row) const;

    Status codes(std::size_t row, const CodedRow& out) const { return readCodes(matrix_, sourceRow(row), out); }
    Status numbers(std::size_t row, float* out) const { return readNumbers(matrix_, sourceRow(row), out); }

    Status checkUnchanged() const;
    // Drops the pages of these rows, which are read again when touched.
    void giveBack(std::size_t first, std::size_t count) const;
    // The same for all that the matrix in the source takes.
    void giveBackAll() const;

private:
    SourceMatrix matrix_;
    std::vector<Range> ranges_;
    std::size_t n_ = 0;
};

}  // namespace penjing
