#!/usr/bin/env bash
# Installs Debian packages as root, without starting what they contain: the tests start servers of their own. Of ONE,OTHER the first
# that there is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/tests.conf
written=()

# Writes a file for the time of the installation, unless the system has its own.
for_now() {
    if [ -e "$1" ]; then return; fi
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >"$1"
    written+=("$1")
}

trap 'rm -f "${written[@]:-}"' EXIT
for_now "$policy" $'#!/bin/sh\nexit 101'
chmod +x "$policy"
for_now "$no_cluster" 'create_main_cluster = false'

apt-get -o Acquire::Retries=3 -o Acquire::http::Timeout=30 update
packages=()
for package in "$@"; do
    while [[ $package = *,* ]] && ! apt-cache show "${package%%,*}" >/dev/null 2>&1; do package=${package#*,}; done
    packages+=("${package%%,*}")
done
apt-get -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${packages[@]}"
