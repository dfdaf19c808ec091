#!/bin/sh
# One slice of one stage on a machine that can be had for minutes only: goes on where the last slice on it stopped, ends in time,
# and leaves the stage's weights in OUT, in parts of at most 15 MiB. The next slice after a finished stage begins the next.
#   gpu_slice.sh CONFIG WORK OUT MINUTES [PYTHON]
# WORK must hold sprites.zip and tokenizer.model (and vae/vae.pt, or the autoencoder is trained first).
#   cat OUT/ternary.part-* > ternary.safetensors     puts the parts together again
set -eu
config=$1 work=$2 out=$3 minutes=$4 python=${5:-python3}
here=$(cd "$(dirname "$0")" && pwd)
began=$(date +%s)
run() { script=$1; shift; "$python" "$here/$script" --config "$config" --work "$work" "$@"; }
# Two minutes for starting, filling the pool and saving.
left() { echo $((minutes - ($(date +%s) - began) / 60 - 2)); }

[ -f "$work/vae/vae.pt" ] || run train_vae.py
for stage in full ternary distill; do
    [ ! -f "$work/$stage.finished" ] || continue
    run train.py --stage $stage --slice "$(left)"
    if tail -n 1 "$work/$stage.log" | grep -q 'finished$'; then touch "$work/$stage.finished"; fi
    run save_weights.py --weights "$work/$stage.pt" --output "$work/$stage.safetensors"
    rm -f "$out"/*.part-*
    split -b 15m "$work/$stage.safetensors" "$out/$stage.part-"
    break
done
cp "$work"/*.log "$out"
