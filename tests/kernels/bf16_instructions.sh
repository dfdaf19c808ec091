#!/bin/sh
# bf16_instructions.sh OBJDUMP OBJECT...
# Fails unless attention and convolution of the set avx512bf16 each have innermost loops of 24 and of 12 vdpbf16ps (the
# register tiles of 12 rows) that neither move accumulators about (a spill costs half the speed or more) nor fall back to
# fp32 multiply-adds, and unless factors are rounded by the processor.
objdump=$1
shift
found=0
for object in "$@"; do
    case $object in
        */avx512bf16/float_kernels.cpp*) ;;
        *) continue ;;
    esac
    found=1
    "$objdump" -d -C --no-show-raw-insn "$object" | awk '
        /^[0-9a-f]+ <.*>:$/ {
            kind = /PairAttention/ ? "attention" : /PairConvolution/ ? "convolution" : "other"
            delete lineOf; n = 0; next
        }
        /^ *[0-9a-f]+:/ {
            address = $1; sub(":", "", address)
            lineOf[address] = ++n
            text[n] = $0
            if (text[n] ~ /vcvtneps2bf16/) ++conversions[kind]
            # Branches back to an address of this function end a loop.
            if ($2 ~ /^j/ && ($3 in lineOf)) {
                dots = 0; other = 0
                for (i = lineOf[$3]; i <= n; ++i) {
                    if (text[i] ~ /vdpbf16ps .*zmm/) ++dots
                    if (text[i] ~ /vfm|vmov[a-z0-9]* +%[xyz]mm[0-9]+,/) ++other
                }
                if ((dots == 24 || dots == 12) && n - lineOf[$3] < 3 * dots) {
                    ++loops[kind, dots]
                    if (other) { ++bad; print kind ": stores, copies or fp32 products in the loop at " $3 }
                }
            }
        }
        END {
            split("attention convolution", kinds)
            for (k in kinds) {
                kind = kinds[k]
                print kind ": " loops[kind, 24] + 0 " and " loops[kind, 12] + 0 " loops of 24 and 12 vdpbf16ps, " \
                    conversions[kind] + 0 " vcvtneps2bf16"
                if (!loops[kind, 24] || !loops[kind, 12] || !conversions[kind]) ++bad
            }
            exit bad > 0
        }' || exit 1
done
if [ $found = 0 ]; then
    echo "no bfloat16 kernels in this build"
fi
