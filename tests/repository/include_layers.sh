#!/usr/bin/env bash
# Arrows point down: app and ui see engine's public headers, engine sees kernels' public headers, kernels see nobody.
# Usage: include_layers.sh SOURCE-TREE
set -u
cd "$1" || exit 1
failures=0

# forbid FOLDER REGEX WHY: no #include of FOLDER may match REGEX.
forbid() {
    local hits
    [ -d "$1" ] || return 0
    hits=$(grep -rnE --include='*.h' --include='*.cpp' "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$2" "$1")
    if [ -n "$hits" ]; then
        printf '%s: %s\n%s\n' "$1" "$3" "$hits"
        failures=$((failures + 1))
    fi
}

# What only one layer may know.
engine_private='(cpu|image|import|model|noise|ops|pack|pipeline|scheduler|synth|system|text_encoder|tokenizer|transformer|vae|verify)/'
for above in app ui; do
    forbid "$above" "penjing/kernels/" "sees kernels past the engine"
    forbid "$above" "$engine_private" "sees the engine's insides"
    forbid "$above" '[^">]*\.\./' "leaves its folder"
done
forbid engine 'Q[A-Z]' "must build without Qt"
forbid engine 'CLI/' "must not know the command line"
forbid engine '[^">]*\.\./' "leaves its folder"
forbid kernels 'Q[A-Z]' "must build without Qt"
forbid kernels 'penjing/([^k]|k[^e])' "sees the layer above"
forbid kernels "$engine_private" "sees the layer above"
forbid kernels '(omp|thread|mutex|iostream|fstream|filesystem|cstdio)(\.h)?[>"]' "does no I/O and has no threads of its own"
# Public headers are the contract: nothing private and no third party in them.
forbid engine/include "$engine_private" "a public header includes a private one"
forbid engine/include '(nlohmann|sentencepiece|utf8proc|png|nettle)' "a public header includes a third party"

[ "$failures" -eq 0 ] && echo "The include lines keep to the layers."
exit "$failures"
