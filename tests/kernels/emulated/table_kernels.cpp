// Compiled with the flags of avx512: nothing here, and nothing that is included, may use the standard library or
// GoogleTest, whose inline functions the linker could then take from this file for any processor.

// VPERMB for codes below 64 in AVX-512BW: a 16-byte shuffle for each value of bits 5 and 4, which the masks k1 and k2
// hold (shifted to the top of their byte for VPMOVB2M).
#define PENJING_LOOKUP_QUARTER(quarter, table, codes, result) \
    "vshufi32x4 $" quarter ", %%zmm" table ", %%zmm" table ", %%zmm30\n\t" \
    "vpshufb %%zmm" codes ", %%zmm30, %%zmm" result
#define PENJING_LOOKUP(table, codes, result)                                    \
    "vpsllw $2, %%zmm" codes ", %%zmm30\n\t"                                    \
    "vpmovb2m %%zmm30, %%k1\n\t"                                                \
    "vpsllw $3, %%zmm" codes ", %%zmm30\n\t"                                    \
    "vpmovb2m %%zmm30, %%k2\n\t"                                                \
    PENJING_LOOKUP_QUARTER("0", table, codes, result) "\n\t"                    \
    "kandnq %%k2, %%k1, %%k3\n\t"                                               \
    PENJING_LOOKUP_QUARTER("0x55", table, codes, result) "%{%%k3%}\n\t"         \
    "kandnq %%k1, %%k2, %%k3\n\t"                                               \
    PENJING_LOOKUP_QUARTER("0xaa", table, codes, result) "%{%%k3%}\n\t"         \
    "kandq %%k1, %%k2, %%k3\n\t"                                                \
    PENJING_LOOKUP_QUARTER("0xff", table, codes, result) "%{%%k3%}\n\t"
#define PENJING_LOOKUP_CLOBBERS "zmm29", "zmm30", "k1", "k2", "k3"

#include "emulated/table_kernels.h"

#include "avx512vbmi/table_multiply.h"

namespace penjing::kernels::test {

constinit const TableKernels kEmulatedTables = avx512vbmi::lookupKernels();

}  // namespace penjing::kernels::test
