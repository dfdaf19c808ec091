#!/usr/bin/env bash
# Makes the PNG icons from the SVG ones. Needs rsvg-convert (librsvg2-bin) and optipng.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for size in 16 24 32 48 64 128 256; do
    drawing=penjing.svg
    [ "$size" -gt 24 ] || drawing=penjing-small.svg
    rsvg-convert -w "$size" -h "$size" "$drawing" -o "penjing-$size.png"
    optipng -quiet -o5 -strip all "penjing-$size.png"
done
