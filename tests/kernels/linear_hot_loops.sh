#!/bin/sh
# linear_hot_loops.sh OBJDUMP OBJECT...
# Fails if a loop with at least eight 512-bit byte dot products writes a vector register to memory (a spilled accumulator
# costs half the speed or more), or if there is no such loop to look at.
objdump=$1
shift
found=0
for object in "$@"; do
    case $object in
        */avx512/linear_multiply.cpp*) ;;
        *) continue ;;
    esac
    found=1
    "$objdump" -d --no-show-raw-insn "$object" | awk '
        /^[0-9a-f]+ <.*>:$/ { delete lineOf; n = 0; next }
        /^ *[0-9a-f]+:/ {
            address = $1; sub(":", "", address)
            lineOf[address] = ++n
            text[n] = $0
            # Branches back to an address of this function end a loop.
            if ($2 ~ /^j/ && ($3 in lineOf)) {
                dots = 0; stores = 0
                for (i = lineOf[$3]; i <= n; ++i) {
                    if (text[i] ~ /vpdpbusd .*zmm/) ++dots
                    if (text[i] ~ /vmov[a-z0-9]* +%[yz]mm[0-9]+,[^%]*\(/) ++stores
                }
                # Enclosing loops store results between the groups; the innermost ones hold nothing but the dots.
                if (dots >= 8 && n - lineOf[$3] < 3 * dots) { ++loops; if (stores) { ++bad; print "stores in the loop at " $3 } }
            }
        }
        END {
            print loops + 0 " dot-product loops, " bad + 0 " with stores"
            exit !(loops >= 6 && !bad)
        }' || exit 1
done
if [ $found = 0 ]; then
    echo "no AVX-512 kernels in this build"
fi
