#!/usr/bin/env bash
# Tries a package in a clean Debian: installs it with its dependencies, draws with the command line, opens the window
# under Xvfb, removes it, and looks for anything left behind.
# Usage, as root: check_deb.sh PACKAGE.deb FOLDER     the clean system is made in FOLDER (kept for the next time).
# Needs debootstrap and Debian's archive (or a mirror named in MIRROR). The window's screenshot is FOLDER/tmp/window.xwd.
set -euo pipefail
package="$(realpath "$1")"
root="$2"
mirror="${MIRROR:-http://deb.debian.org/debian}"

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive OMP_NUM_THREADS=2 "$@"; }
die() { echo "check_deb: $*" >&2; exit 1; }

[ -f "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root" "$mirror"
mkdir -p "$root/proc"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT
inside apt-get -qq update
inside apt-get -qq -y --no-install-recommends install xvfb xauth x11-apps x11-utils >/dev/null
files() { find "$root" -xdev \( -path "$root/proc" -o -path "$root/tmp" -o -path "$root/var/cache" -o \
    -path "$root/var/log" -o -path "$root/var/lib/apt" -o -path "$root/root" \) -prune -o -print | sort; }
packages() { inside dpkg-query -W -f '${Package}\n' | sort; }
packages >"$root/tmp/packages.before"
files >"$root/tmp/files.before"

cp "$package" "$root/tmp/penjing.deb"
inside apt-get -qq -y --no-install-recommends install /tmp/penjing.deb >/dev/null
echo "installed: $(inside dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB, needs ${Depends}' penjing)"
inside dpkg -L penjing

echo "== the command line"
inside penjing --version
inside penjing generate "a red apple" --seed 7 -o /tmp/apple.png --json
inside penjing verify /tmp/apple.png

echo "== the window without a display"
status=0
inside penjing-studio || status=$?
[ "$status" -eq 2 ] || die "expected exit code 2, got $status"

echo "== the window"
cat >"$root/tmp/open_window.sh" <<'INSIDE'
penjing-studio --state /tmp/state --pictures /tmp/pictures & studio=$!
for _ in $(seq 100); do
    sleep 0.2
    xwininfo -root -tree | grep -qE '"Penjing Studio.* [0-9]{3,}x[0-9]{3,}' && break
done
xwininfo -root -tree | grep -m1 -E '"Penjing Studio.* [0-9]{3,}x[0-9]{3,}' || exit 1
sleep 3
xwd -root -silent -out /tmp/window.xwd
kill -TERM "$studio"
wait "$studio"
INSIDE
inside xvfb-run -a -s "-screen 0 1280x800x24" sh /tmp/open_window.sh || die "the window did not come up, or did not end well"

echo "== removed"
inside apt-get -qq -y purge penjing >/dev/null
inside apt-get -qq -y --purge autoremove >/dev/null
packages | comm -13 "$root/tmp/packages.before" - >"$root/tmp/packages.left"
files | comm -13 "$root/tmp/files.before" - >"$root/tmp/files.left"
if grep -i penjing "$root/tmp/files.left" || [ -s "$root/tmp/packages.left" ]; then
    cat "$root/tmp/packages.left"
    die "something was left behind"
fi
echo "nothing of the package is left; other files that came since:"
cat "$root/tmp/files.left"
