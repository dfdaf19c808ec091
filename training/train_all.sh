#!/bin/sh
# Runs every stage in order; each one skips or continues what is already there.
#   train_all.sh CONFIG WORK [PYTHON]
set -eu
config=$1 work=$2 python=${3:-python3}
here=$(cd "$(dirname "$0")" && pwd)
stage() { script=$1; shift; echo "== $script $*"; "$python" "$here/$script" --config "$config" --work "$work" "$@"; }

"$python" "$here/fetch_data.py" --work "$work"
case $(basename "$config") in *large*) [ -f "$work/world-large.json" ] || "$python" "$here/make_world.py" --work "$work" ;; esac
[ -f "$work/scenes/captions.json" ] || stage make_scenes.py
[ -f "$work/tokenizer.model" ] || stage make_tokenizer.py
stage train_vae.py
[ -f "$work/latents.pt" ] || stage encode_latents.py
stage train.py --stage full
stage train.py --stage ternary
stage export_diffusers.py --output "$work/export"
stage save_weights.py --output "$work/weights.safetensors"
