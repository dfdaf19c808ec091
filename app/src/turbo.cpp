#include "turbo.h"

#include "console.h"

namespace penjing::cli {

Precision turboOrDefault() {
    if (turboIsFaster())
        return Precision::Int7;
    warn(
        "--turbo would gain nothing: no table lookup (AVX-512 VBMI) with these kernels on this processor; "
        "drawing in the default precision");
    return Precision::Int8;
}

}  // namespace penjing::cli
