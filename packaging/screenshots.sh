#!/usr/bin/env bash
# Takes the eight pictures of docs/screenshots from the real window; needs no display. Some minutes.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/setup.sh"
install_missing "${build_packages[@]}" "${test_packages[@]}" optipng
build release penjing_studio_screenshots -DPENJING_BUILD_TESTS=ON
# As if installed, so that the model's path in the pictures is nobody's home.
stage="$(mktemp -d /tmp/penjing-XXXX)"
trap 'rm -rf "$stage"' EXIT
program="$stage/bin/penjing_studio_screenshots"
install -D "$root/build/release/bin/penjing_studio_screenshots" "$program"
install -D -m 644 "$root/assets/seedling.penjing" "$stage/share/penjing/seedling.penjing"
out="$root/docs/screenshots"
prompts="$root/assets/sample_prompts.txt"
mkdir -p "$out"
rm -f "$out"/*.png
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
"$program" "$out" "$prompts" light
QT_SCALE_FACTOR=2 "$program" "$out" "$prompts" dark
optipng -quiet -o4 -strip all "$out"/*.png
ls -l "$out"
