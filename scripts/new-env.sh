#!/usr/bin/env bash
# Makes .env of .env.example: every variable without a value gets a random one. Never touches a .env that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-.env}

# Hexadecimal, since these go into addresses too, where other characters would have to be escaped.
new_secret() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }

umask 077
set -o noclobber
while IFS= read -r line; do
    case $line in
        [A-Z]*=) printf '%s%s\n' "$line" "$(new_secret)" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <.env.example >"$target"
echo "$target has new secrets. Look at the addresses of the other services in it."
