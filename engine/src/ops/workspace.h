#pragma once

#include <cstddef>
#include <vector>

#include "ops/aligned_memory.h"
#include "ops/tensor_view.h"
#include "penjing/result.h"

namespace penjing {

// Scratch floats for one graph: reserved once, handed out in order, given back together by scope. Not thread-safe.
class Workspace {
public:
    // Reserves `floats` elements, 64-byte aligned. Memory error if they cannot be had.
    static Result<Workspace> reserve(std::size_t floats);

    // A matrix [rows, cols], uninitialised, rows back to back. Asking for more than was reserved is a defect of
    // the caller's size computation: it returns a null matrix, which graphs treat as an Internal error.
    Mat matrix(int rows, int cols);
    Image2d image(int height, int width, int channels);

    // What matrix(rows, cols) takes out of the reserve, for computing it beforehand.
    static std::size_t matrixFloats(int rows, int cols);

    std::size_t mark() const { return used_; }
    void release(std::size_t mark) { used_ = mark; }
    std::size_t capacity() const { return capacity_; }

private:
    AlignedMemory memory_;
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
};

// Gives back at the end of a scope what was taken within it.
class WorkspaceScope {
public:
    explicit WorkspaceScope(Workspace& workspace) : workspace_(workspace), mark_(workspace.mark()) {}
    ~WorkspaceScope() { workspace_.release(mark_); }
    WorkspaceScope(const WorkspaceScope&) = delete;
    WorkspaceScope& operator=(const WorkspaceScope&) = delete;

private:
    Workspace& workspace_;
    std::size_t mark_;
};

}  // namespace penjing
