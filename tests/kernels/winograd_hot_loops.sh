#!/bin/sh
# winograd_hot_loops.sh OBJDUMP OBJECT...
# Fails unless the products of the Winograd convolution are, in AVX-512 and AVX2, innermost loops of 16 and of 12
# multiply-adds (the register tiles of 8x32 and 6x16) that neither move accumulators about nor write them to memory.
objdump=$1
shift
found=0
for object in "$@"; do
    case $object in
        */avx512/float_kernels.cpp*) products=16 ;;
        */avx2/float_kernels.cpp*) products=12 ;;
        *) continue ;;
    esac
    found=1
    "$objdump" -d -C --no-show-raw-insn "$object" | awk -v products=$products '
        /^[0-9a-f]+ <.*>:$/ {
            winograd = /Winograd<.*>::(run<|multiply\(|convolve\()/
            delete lineOf; n = 0; next
        }
        winograd && /^ *[0-9a-f]+:/ {
            address = $1; sub(":", "", address)
            lineOf[address] = ++n
            text[n] = $0
            # Branches back to an address of this function end a loop.
            if ($2 ~ /^j/ && ($3 in lineOf)) {
                fused = 0; moves = 0
                for (i = lineOf[$3]; i <= n; ++i) {
                    if (text[i] ~ /vfmadd.*[yz]mm/) ++fused
                    if (text[i] ~ /vmov[a-z0-9]* +%[xyz]mm[0-9]+,/) ++moves
                }
                if (fused == products && n - lineOf[$3] < 3 * products) {
                    ++loops
                    if (moves) { ++bad; print "stores or copies in the loop at " $3 }
                }
            }
        }
        END {
            print loops + 0 " loops of " products " multiply-adds, " bad + 0 " with stores or copies"
            exit !(loops > 0 && !bad)
        }' || exit 1
done
if [ $found = 0 ]; then
    echo "no vector kernels in this build"
fi
