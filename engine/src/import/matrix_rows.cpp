#include "import/matrix_rows.h"

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
    if (!matrix_.weight.file)
        return;
    const std::size_t rowBytes = matrix_.rowBytes();
    for (std::size_t done = 0; done < count;) {
        const std::size_t at = sourceRow(first + done);
        std::size_t run = 1;
        while (done + run < count && sourceRow(first + done + run) == at + run) ++run;
        matrix_.weight.file->mapping.giveBack(matrix_.weight.data.subspan(at * rowBytes, run * rowBytes));
        done += run;
    }
}

void MatrixRows::giveBackAll() const {
    for (const SourceTensor* tensor : {&matrix_.weight, &matrix_.scales, &matrix_.biases})
        if (tensor->file)
            tensor->file->mapping.giveBack(tensor->data);
}

}  // namespace penjing
