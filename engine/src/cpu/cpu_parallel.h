#pragma once

#include <omp.h>

#include <stop_token>
#include <string>

#include "penjing/result.h"

namespace penjing {

inline Error cancelledError() {
    return {ErrorCode::Cancelled, "cancelled"};
}
inline Error shapeError(const char* operation) {
    return {ErrorCode::Internal, std::string(operation) + ": the shapes of the operands do not fit together"};
}
inline Error scratchError(const char* operation) {
    return {ErrorCode::Memory, std::string("not enough memory for the scratch of ") + operation};
}

// body(chunk, thread) for chunks 0..count − 1, shared out by OpenMP in any order; thread is 0..threads − 1. The stop
// token is looked at before each chunk; Cancelled if it was set.
template <class Body>
Status forEachChunk(int count, int threads, const std::stop_token& stop, const Body& body) {
    const int used = threads < count ? threads : count;
#pragma omp parallel for schedule(dynamic, 1) num_threads(used > 0 ? used : 1) if (used > 1)
    for (int chunk = 0; chunk < count; ++chunk) {
        if (!stop.stop_requested())
            body(chunk, omp_get_thread_num());
    }
    if (stop.stop_requested())
        return cancelledError();
    return {};
}

// body(first, last) for ranges of rows of about 64 KiB each: small matrices stay on the calling thread.
template <class Body>
Status forEachRows(int rows, int cols, int threads, const std::stop_token& stop, const Body& body) {
    constexpr int kChunkFloats = 16384;
    const int perChunk = cols < kChunkFloats ? kChunkFloats / (cols > 0 ? cols : 1) : 1;
    const int chunks = rows / perChunk + (rows % perChunk != 0 ? 1 : 0);
    return forEachChunk(chunks, threads, stop, [&](int chunk, int) {
        const int first = chunk * perChunk;
        body(first, rows - first < perChunk ? rows : first + perChunk);
    });
}

}  // namespace penjing
