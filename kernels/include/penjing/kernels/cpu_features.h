#pragma once

namespace penjing::kernels {

// What the processor offers and the operating system lets programs use (its registers are saved on a task switch).
// All false on processors other than x86-64.
struct CpuFeatures {
    bool avx2 = false;
    bool fma = false;
    bool f16c = false;
    bool avxvnni = false;
    bool avx512f = false;
    bool avx512bw = false;
    bool avx512dq = false;
    bool avx512vl = false;
    bool avx512vnni = false;
    bool avx512bf16 = false;
    bool avx512vbmi = false;
};

// Read once per process. Thread-safe.
const CpuFeatures& cpuFeatures();

}  // namespace penjing::kernels
