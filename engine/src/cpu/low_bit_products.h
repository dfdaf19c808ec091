#pragma once

#include "cpu/linear_scratch.h"
#include "penjing/kernels/kernel_set.h"
#include "penjing/kernels/tables.h"

namespace penjing {

// How the low-bit jobs of one call are computed: by the set's ordinary products, or for Int7 by its lookups where it
// has them. Which of the two does not change a bit of the results.
class LowBitProducts {
public:
    LowBitProducts(const kernels::KernelSet& set, kernels::ActivationBits bits)
        : linear_(*set.linear), tables_(bits == kernels::ActivationBits::Int7 ? set.tables : nullptr), bits_(bits) {}

    int rowBlock() const { return tables_ ? tables_->rowBlock : linear_.rowBlock; }
    int minRowsAtOnce() const { return tables_ ? kMinTableRowsAtOnce : kMinRowsAtOnce; }

    // Of a block of rowBlock rows; groups are padded, so this need not be a multiple of rowBlock.
    std::size_t blockBytes(int k) const {
        const std::size_t groups = static_cast<std::size_t>(k / kernels::kGroupSize);
        return groups *
               (tables_ ? kernels::tableGroupBytes(rowBlock()) : kernels::activationGroupBytes(rowBlock(), bits_));
    }
    // Scratch of a tile column for multiplyRange.
    std::size_t columnBytes(kernels::CodeFormat format, int groups) const {
        return tables_ ? kernels::tableScratchBytes(rowBlock(), 1, groups)
                       : kernels::panelScratchBytes(format, 1, groups);
    }

    void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, std::byte* block) const {
        if (tables_)
            tables_->quantize(x, stride, rows, k, block);
        else
            linear_.quantize(x, stride, rows, k, bits_, block);
    }
    // `blocks`: `rows` rows in blocks of blockBytes. Scratch: tiles.count · columnBytes.
    void multiplyRange(const std::byte* blocks, int rows, const kernels::CodedWeight& weight, kernels::Range tiles,
                       kernels::Range groups, const kernels::OutputMatrix& out, std::byte* scratch,
                       const kernels::TilesAhead& next) const {
        if (tables_)
            kernels::multiplyTableRange(*tables_, {blocks, rows, weight.k}, weight, tiles, groups, out, scratch, next);
        else
            kernels::multiplyRange(linear_, {blocks, rows, weight.k, bits_}, weight, tiles, groups, out, scratch, next);
    }

private:
    const kernels::LinearKernels& linear_;
    const kernels::TableKernels* tables_;
    kernels::ActivationBits bits_;
};

}  // namespace penjing
