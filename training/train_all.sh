#!/bin/sh
# Runs every stage in order; each one skips or continues what is already there.
#   train_all.sh CONFIG WORK [PYTHON]
set -eu
config=$1 work=$2 python=${3:-python3}
here=$(cd "$(dirname "$0")" && pwd)
# glibc: keep freed memory and use huge pages; a training step on a CPU is up to a fifth faster. Harmless elsewhere.
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=99999999999 MALLOC_TOP_PAD_=268435456
stage() { script=$1; shift; echo "== $script $*"; "$python" "$here/$script" --config "$config" --work "$work" "$@"; }

if [ ! -f "$work/sprites.zip" ]; then
    "$python" "$here/fetch_data.py" --work "$work"
    stage make_world.py
fi
[ -f "$work/tokenizer.model" ] || stage make_tokenizer.py
[ -f "$work/vae/vae.pt" ] || stage train_vae.py
stage train_vae.py --decoder 1000
for name in full ternary; do stage train.py --stage $name; done
stage train_decoder.py --weights "$work/ternary.pt"
stage save_weights.py --output "$work/weights.safetensors"
stage export_diffusers.py --output "$work/export"
"$python" "$here/export_pack.py" --input "$work/export" --output "$work/seedling.penjing"
