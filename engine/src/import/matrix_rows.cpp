#include "import/matrix_rows.h"

#include <algorithm>

namespace penjing {

MatrixRows::MatrixRows(SourceMatrix matrix, std::vector<Range> ranges)
    : matrix_(std::move(matrix)), ranges_(std::move(ranges)) {
    for (const Range& range : ranges_) n_ += range.count;
}

std::size_t MatrixRows::sourceRow(std::size_t row) const {
    for (const Range& range : ranges_) {
        if (row < range.count)
            return range.first + row;
        row -= range.count;
    }
    return 0;
}

Status MatrixRows::checkUnchanged() const {
    for (const SourceTensor* tensor : {&matrix_.weight, &matrix_.scales, &matrix_.biases})
        if (tensor->file)
            PENJING_TRY(tensor->file->checkUnchanged());
    return {};
}

void MatrixRows::giveBack(std::size_t first, std::size_t count) const {
    for (const SourceTensor* tensor : {&matrix_.weight, &matrix_.scales, &matrix_.biases}) {
        if (!tensor->file)
            continue;
        const std::size_t rowBytes = tensor->data.size() / matrix_.n;
        // Row by row is right where the rows are not next to each other; a range is given back piece by piece.
        std::size_t done = 0;
        while (done < count) {
            const std::size_t at = sourceRow(first + done);
            std::size_t run = 1;
            while (done + run < count && sourceRow(first + done + run) == at + run) ++run;
            tensor->file->mapping.giveBack(tensor->data.subspan(at * rowBytes, run * rowBytes));
            done += run;
        }
    }
}

}  // namespace penjing
