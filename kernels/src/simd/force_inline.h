#pragma once

// Every helper that instruction-set folders share is forced inline: an out-of-line copy compiled with wider
// instructions could otherwise be the one that the linker keeps for all of them.
#define PENJING_INLINE inline __attribute__((always_inline))
#define PENJING_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define PENJING_UNROLL(count) PENJING_PRAGMA(clang loop unroll_count(count))
#else
#define PENJING_UNROLL(count) PENJING_PRAGMA(GCC unroll count)
#endif
