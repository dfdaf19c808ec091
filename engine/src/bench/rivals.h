#pragma once

#include <memory>

namespace penjing {

// oneDNN's u8 × s8 → f32 matrix product with one scale per output channel, if the machine has libdnnl.so.2: an easier
// task than ours (no scale per 128 inputs, nothing to quantise or decode), at what is the best published speed. Loaded
// at run time, never linked. Runs on as many threads as omp_set_num_threads last said.
class OneDnnRival {
public:
    // y[m, n] = x[m, k]·w[k, n]; weights are brought into the library's own order beforehand. Null if the library is
    // not there or refuses.
    static std::unique_ptr<OneDnnRival> create(int m, int k, int n);
    ~OneDnnRival();
    OneDnnRival(const OneDnnRival&) = delete;
    OneDnnRival& operator=(const OneDnnRival&) = delete;

    void multiply();

private:
    OneDnnRival();
    bool prepare(int m, int k, int n);

    struct Library;
    struct Objects;
    std::unique_ptr<Library> library_;
    std::unique_ptr<Objects> objects_;
};

}  // namespace penjing
