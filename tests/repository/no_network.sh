#!/usr/bin/env bash
# The promise "nothing links a network library", looked up in the programs' own import tables.
# Usage: no_network.sh PROGRAM...
set -u
functions='socket|socketpair|connect|bind|listen|accept4?|getaddrinfo|freeaddrinfo|gethostby[a-z]+(_r)?|getnameinfo|res_[a-z]+|__res_[a-z]+|send(to|msg|mmsg)?|recv(from|msg|mmsg)?|inet_[a-z]+'
libraries='libcurl|libssl|libcrypto|libgnutls|libnss|libresolv|libQt[0-9]*Network|libQt[0-9]*WebEngine|libsoup|libidn'
failures=0
for program in "$@"; do
    imports=$(nm -D --undefined-only "$program") || exit 1
    [ -n "$imports" ] || { echo "$program: no dynamic imports found, so nothing was checked"; exit 1; }
    hits=$(printf '%s\n' "$imports" | awk '{print $NF}' | sed 's/@.*//' | grep -xE "$functions")
    needed=$(ldd "$program" | awk '{print $1}' | grep -E "^($libraries)") # what its libraries need, too
    if [ -n "$hits$needed" ]; then
        printf '%s imports from the network:\n%s\n%s\n' "$program" "$hits" "$needed"
        failures=$((failures + 1))
    fi
done
[ "$failures" -eq 0 ] && echo "No program imports a socket or resolver function."
exit "$failures"
