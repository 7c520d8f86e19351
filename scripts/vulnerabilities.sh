#!/usr/bin/env bash
# Asks the registry for known vulnerabilities of every package that a restored solution uses, and says in one line what it found.
# usage: scripts/vulnerabilities.sh [--strict] SOLUTION
#   Fails on a finding. When the registry gives no such data, or not in time, it says so; with --strict that fails, too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR
. scripts/common.sh

# Seconds. ./test waits for it; the weekly scan has time.
patience=12

main() {
    local strict=false
    if [ "${1:-}" = --strict ]; then strict=true patience=600; shift; fi
    local report=$logs/vulnerabilities.txt code=0 found
    prepare_environment
    # Nothing of the shell's own about what it had to end.
    { MSBUILDDISABLENODEREUSE=1 timeout -k 2 "$patience" dotnet list "$1" package --vulnerable --include-transitive --no-restore \
        >"$report" 2>&1 </dev/null; } 2>/dev/null || code=$?
    found=$(vulnerable_packages "$report")
    if [ -n "$found" ]; then
        say "Vulnerable packages: $found. All of it is in $report."
        exit 1
    elif [ "$code" = 0 ] && grep -q 'has no vulnerable packages' "$report" && ! grep -q -i -E 'NU1900|warn|error' "$report"; then
        say "No package has a known vulnerability."
    else
        say "The registry does not tell which packages are vulnerable; that is not checked."
        if $strict; then cat "$report"; exit 1; fi
    fi
}

# The packages of a report, each once, with the version that is used and how severe it is.
vulnerable_packages() {
    awk '/^ *> / { for (i = 3; i <= NF; i++) if ($i ~ /^(Low|Moderate|High|Critical)$/) { print $2 " " $(i - 1) " (" $i ")"; break } }' "$1" \
        | sort -u | paste -s -d , - | sed 's/,/, /g'
}

main "$@"
