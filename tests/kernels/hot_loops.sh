#!/bin/sh
# hot_loops.sh OBJDUMP OBJECT...
# Fails if a loop with at least eight 512-bit integer dot products (of bytes in the linear products, of 16-bit pairs in
# attention) writes a vector register to memory or copies more than two (a spilled accumulator costs half the speed or more),
# or if there are no such loops to look at.
objdump=$1
shift
found=0
for object in "$@"; do
    case $object in
        */avx512/linear_multiply.cpp*) expected=6 ;;
        */avx512/float_kernels.cpp*) expected=4 ;;
        */avx512vbmi/tables.cpp*) expected=2 ;;
        *) continue ;;
    esac
    found=1
    "$objdump" -d --no-show-raw-insn "$object" | awk -v expected=$expected '
        /^[0-9a-f]+ <.*>:$/ { delete lineOf; n = 0; next }
        /^ *[0-9a-f]+:/ {
            address = $1; sub(":", "", address)
            lineOf[address] = ++n
            text[n] = $0
            # Branches back to an address of this function end a loop.
            if ($2 ~ /^j/ && ($3 in lineOf)) {
                dots = 0; stores = 0; copies = 0
                for (i = lineOf[$3]; i <= n; ++i) {
                    if (text[i] ~ /vpdp(busd|wssd) .*zmm/) ++dots
                    if (text[i] ~ /vmov[a-z0-9]* +%[yz]mm[0-9]+,[^%]*\(/) ++stores
                    if (text[i] ~ /vmov[a-z0-9]* +%[yz]mm[0-9]+,%/) ++copies
                }
                # Enclosing loops store results between the groups; the innermost ones hold nothing but the dots.
                if (dots >= 8 && n - lineOf[$3] < 3 * dots) { ++loops; if (stores || copies > 2) { ++bad; print "stores or copies in the loop at " $3 } }
            }
        }
        END {
            print loops + 0 " dot-product loops, " bad + 0 " with stores or copies"
            exit !(loops >= expected && !bad)
        }' || exit 1
done
if [ $found = 0 ]; then
    echo "no AVX-512 kernels in this build"
fi
