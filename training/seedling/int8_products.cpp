// Matrix products of training in int8 on a CPU: y = x w^T and its gradients.
//
// Every operand is rounded along the dimension that is summed over: symmetric int8, scale = absmax / 127 of 128 values of
// one row (for a ternary weight's group that is exact). The sums of 128 products are int32, exact; their scaled sum is
// fp32. With AVX-512 VNNI one instruction (vpdpbusd) sums 64 products; elsewhere a plain loop computes the same.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>
#ifdef __AVX512VNNI__
#include <immintrin.h>
#endif

namespace {

constexpr int64_t kGroup = 128;  // values of the summed dimension that share a scale
constexpr int64_t kPanel = 32;   // rows that lie together
constexpr int64_t kRows = 8;     // rows of A that one call of tile() multiplies
constexpr int64_t kQuads = kGroup / 4;
constexpr int64_t kBlock = kPanel * kGroup;  // bytes of one panel's group
constexpr int64_t kCached = 640 << 10;       // bytes of B that are to stay in the second-level cache
// vpdpbusd multiplies unsigned by signed: B is stored with this added, and tile() takes it off again by A's sums.
constexpr int32_t kUnsigned = 128;

enum class Role { kA, kB };  // the signed and the unsigned operand

// An operand [rows, depth], depth being summed over: values [panels][groups][quads][32 rows][4 of depth]; their scales, and
// their sums without kUnsigned, [panels][groups][32]. Rows and depth beyond the matrix are zeros.
class Operand {
 public:
  const int64_t rows, depth, panels, groups;

  Operand(int64_t rows, int64_t depth)
      : rows(rows), depth(depth), panels((rows + kPanel - 1) / kPanel), groups((depth + kGroup - 1) / kGroup),
        memory_(at::empty({panels * groups * (kBlock + 2 * kPanel * 4)}, at::kByte)),
        values_(memory_.data_ptr<uint8_t>()), scales_(reinterpret_cast<float*>(values_ + panels * groups * kBlock)),
        sums_(reinterpret_cast<int32_t*>(scales_ + panels * groups * kPanel)) {}

  uint8_t* block(int64_t panel, int64_t group) const { return values_ + (panel * groups + group) * kBlock; }
  float* scales(int64_t panel, int64_t group) const { return scales_ + (panel * groups + group) * kPanel; }
  int32_t* sums(int64_t panel, int64_t group) const { return sums_ + (panel * groups + group) * kPanel; }

 private:
  at::Tensor memory_;  // aligned to a cache line, from the allocator that PyTorch uses for all else
  uint8_t* values_;
  float* scales_;
  int32_t* sums_;
};

constexpr int32_t offsetOf(Role role) { return role == Role::kB ? kUnsigned : 0; }

// A group without any other value than zeros has scale 0.
float inverse(float absmax) { return absmax > 0 ? 127 / absmax : 0; }

// Rounds the rows of one panel's group of a row-major matrix [rows, depth]; offset is added to what is stored.
void quantiseRowsBlock(const float* source, const Operand& out, int64_t p, int64_t g, int32_t offset) {
  auto* quads = reinterpret_cast<uint32_t*>(out.block(p, g));
  const int64_t n = std::min(kGroup, out.depth - g * kGroup);
  for (int64_t r = 0; r < kPanel; ++r) {
    alignas(64) float x[kGroup] = {};
    alignas(64) uint8_t bytes[kGroup];
    if (const int64_t row = p * kPanel + r; row < out.rows) {
      const float* from = source + row * out.depth + g * kGroup;
      std::copy_n(from, n, x);
      // Of the row's next group: so many rows at once are more than processors foresee.
      if (g + 1 < out.groups)
        for (int64_t i = 0; i < kGroup; i += 16) __builtin_prefetch(from + kGroup + i);
    }
    float absmax = 0;
    for (int64_t i = 0; i < kGroup; ++i) absmax = std::max(absmax, std::fabs(x[i]));
    const float inv = inverse(absmax);
    int32_t sum = 0;
    for (int64_t i = 0; i < kGroup; ++i) {
      const int32_t q = static_cast<int32_t>(std::nearbyint(x[i] * inv));
      sum += q;
      bytes[i] = static_cast<uint8_t>(q + offset);
    }
    out.scales(p, g)[r] = absmax / 127;
    out.sums(p, g)[r] = sum;
    for (int64_t k = 0; k < kQuads; ++k) std::memcpy(&quads[k * kPanel + r], bytes + 4 * k, 4);
  }
}

// The same of a row-major matrix [depth, rows].
void quantiseColumnsBlock(const float* source, const Operand& out, int64_t p, int64_t g, int32_t offset) {
  auto* quads = reinterpret_cast<uint32_t*>(out.block(p, g));
  const int64_t n = std::min(kGroup, out.depth - g * kGroup), m = std::min(kPanel, out.rows - p * kPanel);
  alignas(64) float x[kGroup][kPanel], absmax[kPanel] = {}, inv[kPanel];
  alignas(64) int32_t sum[kPanel] = {};
  if (n < kGroup || m < kPanel) std::memset(x, 0, sizeof x);
  for (int64_t i = 0; i < n; ++i) {
    const float* from = source + (g * kGroup + i) * out.rows + p * kPanel;
    std::memcpy(x[i], from, m * sizeof(float));
    // Of the next panel.
    if (p + 1 < out.panels) __builtin_prefetch(from + kPanel), __builtin_prefetch(from + kPanel + 16);
  }
  for (int64_t i = 0; i < kGroup; ++i)
    for (int64_t r = 0; r < kPanel; ++r) absmax[r] = std::max(absmax[r], std::fabs(x[i][r]));
  for (int64_t r = 0; r < kPanel; ++r) inv[r] = inverse(absmax[r]);
  for (int64_t k = 0; k < kQuads; ++k)
    for (int64_t r = 0; r < kPanel; ++r) {
      uint32_t quad = 0;
      for (int64_t i = 0; i < 4; ++i) {
        const int32_t q = static_cast<int32_t>(std::nearbyint(x[4 * k + i][r] * inv[r]));
        sum[r] += q;
        quad |= static_cast<uint32_t>((q + offset) & 255) << (8 * i);
      }
      quads[k * kPanel + r] = quad;
    }
  for (int64_t r = 0; r < kPanel; ++r) {
    out.scales(p, g)[r] = absmax[r] / 127;
    out.sums(p, g)[r] = sum[r];
  }
}

// The rows of a row-major matrix [rows, depth].
Operand quantiseRows(const float* source, int64_t rows, int64_t depth, Role role) {
  Operand out(rows, depth);
  at::parallel_for(0, out.panels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p)
      for (int64_t g = 0; g < out.groups; ++g) quantiseRowsBlock(source, out, p, g, offsetOf(role));
  });
  return out;
}

// The columns of a row-major matrix [depth, rows].
Operand quantiseColumns(const float* source, int64_t rows, int64_t depth, Role role) {
  Operand out(rows, depth);
  // Panels of one group lie side by side in the source: whoever takes them in turn reads whole pages.
  at::parallel_for(0, out.groups, 1, [&](int64_t begin, int64_t end) {
    for (int64_t g = begin; g < end; ++g)
      for (int64_t p = 0; p < out.panels; ++p) quantiseColumnsBlock(source, out, p, g, offsetOf(role));
  });
  return out;
}

// c [8][32] += the product of one group: 8 rows of A's block (a, sums and scales at the first of them) with B's 32.
#ifdef __AVX512VNNI__
// As assembly because GCC copies the accumulators of the intrinsic to other registers and back in every turn of the loop.
inline void dot(__m512i& sums, __m512i unsignedBytes, __m512i signedBytes) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(unsignedBytes), "v"(signedBytes));
}

void tile(const uint8_t* a, const int32_t* sums, const float* aScales, const uint8_t* b, const float* bScales, float* c) {
  __m512i total[kRows][2];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) total[r][0] = total[r][1] = _mm512_set1_epi32(-kUnsigned * sums[r]);
  for (int64_t k = 0; k < kQuads; ++k) {
    const __m512i b0 = _mm512_load_si512(b + k * kPanel * 4), b1 = _mm512_load_si512(b + k * kPanel * 4 + 64);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      int32_t quad;
      std::memcpy(&quad, a + (k * kPanel + r) * 4, 4);
      const __m512i x = _mm512_set1_epi32(quad);
      dot(total[r][0], b0, x);
      dot(total[r][1], b1, x);
    }
  }
  const __m512 s0 = _mm512_loadu_ps(bScales), s1 = _mm512_loadu_ps(bScales + 16);
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    const __m512 s = _mm512_set1_ps(aScales[r]);
    float* row = c + r * kPanel;
    _mm512_store_ps(row, _mm512_fmadd_ps(_mm512_cvtepi32_ps(total[r][0]), _mm512_mul_ps(s, s0), _mm512_load_ps(row)));
    _mm512_store_ps(row + 16,
                    _mm512_fmadd_ps(_mm512_cvtepi32_ps(total[r][1]), _mm512_mul_ps(s, s1), _mm512_load_ps(row + 16)));
  }
}
#else
void tile(const uint8_t* a, const int32_t* sums, const float* aScales, const uint8_t* b, const float* bScales, float* c) {
  for (int r = 0; r < kRows; ++r)
    for (int64_t j = 0; j < kPanel; ++j) {
      int32_t total = -kUnsigned * sums[r];
      for (int64_t k = 0; k < kQuads; ++k)
        for (int i = 0; i < 4; ++i)
          total += static_cast<int8_t>(a[(k * kPanel + r) * 4 + i]) * b[(k * kPanel + j) * 4 + i];
      c[r * kPanel + j] += static_cast<float>(total) * (aScales[r] * bScales[j]);
    }
}
#endif

// The first pass writes past the caches where whole lines allow it: results are larger than those, and lines need not be
// read to be written. Further ones add.
inline void store(const float* from, int64_t n, float* to, bool add) {
  if (add) {
    for (int64_t i = 0; i < n; ++i) to[i] += from[i];
    return;
  }
#ifdef __AVX512VNNI__
  if (n == kPanel && reinterpret_cast<uintptr_t>(to) % 64 == 0) {
    _mm512_stream_ps(to, _mm512_load_ps(from));
    _mm512_stream_ps(to + 16, _mm512_load_ps(from + 16));
    return;
  }
#endif
  std::copy_n(from, n, to);
}

// The product of some groups of one panel of A with all of B, to rows of c.
void multiplyPanel(const Operand& a, const Operand& b, int64_t p, int64_t firstGroup, int64_t lastGroup, float* c) {
  const int64_t rows = std::min(kPanel, a.rows - p * kPanel);
  for (int64_t q = 0; q < b.panels; ++q) {
    alignas(64) float sums[kPanel * kPanel] = {};
    for (int64_t g = firstGroup; g < lastGroup; ++g)
      for (int64_t r = 0; r < kPanel; r += kRows)
        tile(a.block(p, g) + r * 4, a.sums(p, g) + r, a.scales(p, g) + r, b.block(q, g), b.scales(q, g), sums + r * kPanel);
    const int64_t columns = std::min(kPanel, b.rows - q * kPanel);
    for (int64_t r = 0; r < rows; ++r)
      store(sums + r * kPanel, columns, c + (p * kPanel + r) * b.rows + q * kPanel, firstGroup > 0);
  }
}

// A B^T, fp32 [A's rows, B's rows]. B is taken in passes over its groups that stay in a core's cache.
at::Tensor multiply(const Operand& a, const Operand& b) {
  at::Tensor out = at::empty({a.rows, b.rows}, at::kFloat);
  float* c = out.data_ptr<float>();
  const int64_t pass = std::max<int64_t>(1, kCached / (b.panels * kBlock));
  for (int64_t g = 0; g < a.groups; g += pass)
    at::parallel_for(0, a.panels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p) multiplyPanel(a, b, p, g, std::min(a.groups, g + pass), c);
    });
  return out;
}

void check(const at::Tensor& t, const char* name) {
  TORCH_CHECK(t.scalar_type() == at::kFloat && t.is_contiguous(), "int8 products: ", name, " must be fp32 and contiguous");
}

// x [..., inputs], w [outputs, inputs] -> x w^T [..., outputs].
at::Tensor linear(const at::Tensor& x, const at::Tensor& w) {
  check(x, "x"), check(w, "w");
  const int64_t outputs = w.size(0), inputs = w.size(1), tokens = x.numel() / inputs;
  TORCH_CHECK(x.numel() > 0 && x.size(-1) == inputs, "int8 products: x has ", x.size(-1), " inputs, w ", inputs);
  auto shape = x.sizes().vec();
  shape.back() = outputs;
  return multiply(quantiseRows(x.data_ptr<float>(), tokens, inputs, Role::kA),
                  quantiseRows(w.data_ptr<float>(), outputs, inputs, Role::kB)).view(shape);
}

// Gradients of x and w from that of linear's result.
std::tuple<at::Tensor, at::Tensor> linearBackward(const at::Tensor& grad, const at::Tensor& x, const at::Tensor& w) {
  check(grad, "grad"), check(x, "x"), check(w, "w");
  const int64_t outputs = w.size(0), inputs = w.size(1), tokens = x.numel() / inputs;
  TORCH_CHECK(grad.numel() == tokens * outputs, "int8 products: the gradient's shape is not the result's");
  const float* g = grad.data_ptr<float>();
  return {multiply(quantiseRows(g, tokens, outputs, Role::kA),
                   quantiseColumns(w.data_ptr<float>(), inputs, outputs, Role::kB)).view(x.sizes()),
          multiply(quantiseColumns(g, outputs, tokens, Role::kA),
                   quantiseColumns(x.data_ptr<float>(), inputs, tokens, Role::kB))};
}

}  // namespace

TORCH_LIBRARY(penjing_int8, m) {
  m.def("linear(Tensor x, Tensor w) -> Tensor");
  m.def("linear_backward(Tensor grad, Tensor x, Tensor w) -> (Tensor, Tensor)");
}

TORCH_LIBRARY_IMPL(penjing_int8, CPU, m) {
  m.impl("linear", linear);
  m.impl("linear_backward", linearBackward);
}
