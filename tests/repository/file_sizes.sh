#!/usr/bin/env bash
# No source file is longer than 800 lines. Usage: file_sizes.sh SOURCE-TREE
set -u
cd "$1" || exit 1
limit=800
failures=0
while IFS= read -r -d '' file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt "$limit" ]; then
        echo "$file has $lines lines, more than $limit: divide it"
        failures=$((failures + 1))
    fi
done < <(find app engine kernels ui tests training packaging cmake \
    \( -name '*.h' -o -name '*.cpp' -o -name '*.py' -o -name '*.sh' -o -name CMakeLists.txt -o -name '*.cmake' \) \
    -type f -print0 2>/dev/null)
[ "$failures" -eq 0 ] && echo "No source file is longer than $limit lines."
exit "$failures"
