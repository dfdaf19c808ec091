#!/usr/bin/env bash
# Runs a validator; its complaints fail the test, its absence skips it. Usage: validate.sh TOOL ARGUMENT...
set -u
command -v "$1" >/dev/null || { echo "$1 is not installed"; exit 77; }
output=$("$@" 2>&1)
status=$?
printf '%s\n' "$output"
# desktop-file-validate says "warning:" and "hint:" and ends with 0 all the same.
if [ "$status" -eq 0 ] && ! printf '%s\n' "$output" | grep -qE '^([^:]+: )?(warning|hint):'; then
    exit 0
fi
exit 1
