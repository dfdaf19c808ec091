# Sourced by ./run and ./test: the Debian packages that are missing, then a release build.
# Nothing here touches the network once the packages are there.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build_packages=(g++ cmake ninja-build pkg-config libsentencepiece-dev libutf8proc-dev nlohmann-json3-dev
    libcli11-dev libpng-dev nettle-dev)
# Only the window needs these: Qt, its translation tools, and at run time WebP for exported pictures.
window_packages=(libgl-dev qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
    qt6-image-formats-plugins qt6-translations-l10n)
test_packages=("${window_packages[@]}" libgtest-dev xvfb xauth desktop-file-utils appstream libxml2-utils mandoc)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# install_missing PACKAGE...: asks apt only for what dpkg does not have.
install_missing() {
    command -v dpkg-query >/dev/null || die "This set-up is for Debian and Ubuntu. Install the packages' counterparts" \
        "($*), then: cmake --preset release && cmake --build --preset release"
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "These packages are missing; install them as root: ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${as_root[@]}" apt-get -qq update >&2 || say "apt-get update failed; trying with the package lists that are there"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install "${missing[@]}" >&2 || die "Could not install ${missing[*]}"
}

# build PRESET TARGET [CMAKE-OPTION...]: configures if that was never done (or options are given) and builds what
# changed. Says nothing when there is nothing to do; the log is build/PRESET/build.log.
build() {
    local preset="$1" target="$2"
    shift 2
    local folder="$root/build/$preset" log="$root/build/$preset/build.log"
    mkdir -p "$folder"
    exec 9>"$folder/.lock"
    flock 9 # a second ./run waits for the first one's build
    if [ ! -f "$folder/build.ninja" ] || [ $# -gt 0 ]; then
        say "Building ($preset; this takes some minutes once)..."
        (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1 || { cat "$log" >&2; die "Configuring failed."; }
    fi
    ninja -C "$folder" "$target" >"$log" 2>&1 || { tail -n 60 "$log" >&2; die "The build failed; see $log"; }
    exec 9>&-
}
