#!/bin/sh
# dispatch_symbols.sh NM OBJECT...
# An inline function or template that is compiled in an instruction-set folder and elsewhere too is kept once by the
# linker, possibly in the version that an older processor cannot run. Fails if a weak symbol exists on both sides, or if
# an instruction-set folder instantiates anything of the standard library (the rest of the program surely does too).
nm=$1
shift
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
: > "$dir/common"
for object in "$@"; do
    case $object in
        */avx2/*) set=avx2 ;;
        */avxvnni/*) set=avxvnni ;;
        */avx512/*) set=avx512 ;;
        */avx512bf16/*) set=avx512bf16 ;;
        */avx512vbmi/*) set=avx512vbmi ;;
        *) set=common ;;
    esac
    "$nm" --defined-only "$object" | awk '$2 ~ /^[WVuw]$/ { print $3 }' >> "$dir/$set"
done
bad=0
for file in "$dir"/*; do
    sort -u -o "$file" "$file"
done
for a in common avx2 avxvnni avx512 avx512bf16 avx512vbmi; do
    [ -f "$dir/$a" ] || continue
    if [ $a != common ] && grep -E '^_ZN?K?S[ta]' "$dir/$a"; then
        echo "standard library code in $a (above)"
        bad=1
    fi
    for b in avx2 avxvnni avx512 avx512bf16 avx512vbmi; do
        [ -f "$dir/$b" ] && [ "$a" != "$b" ] || continue
        if [ -n "$(comm -12 "$dir/$a" "$dir/$b")" ]; then
            echo "in $a and in $b:"
            comm -12 "$dir/$a" "$dir/$b"
            bad=1
        fi
    done
done
exit $bad
