#!/usr/bin/env bash
# Runs scripts of this folder when they are due, where there is no cron: docker-compose.yml's services `backup` and `redis-backup`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
usage="usage: schedule.sh [--once] NAME=SECONDS ...
  NAME     base, measure, redis or drill: its script is run SECONDS after it last went well, and side by side with others
  --once   runs what is due and ends, with 1 if any failed; otherwise for ever, and what failed is tried again, after 15 minutes at most"

main() {
    local once='' entry code=0 jobs=()
    if [ "${1:-}" = --once ]; then once=1; shift; fi
    if [ $# = 0 ]; then complain "$usage"; exit 64; fi
    for entry in "$@"; do
        if [[ ! $entry =~ ^(base|measure|redis|drill)=[1-9][0-9]*$ ]]; then complain "$usage"; exit 64; fi
    done
    require BACKUP_METRICS_DIRECTORY
    # shellcheck disable=SC2046 # a list
    trap 'kill $(jobs -p) 2>/dev/null; exit 0' INT TERM
    for entry in "$@"; do
        if [ -n "$once" ]; then run_if_due "${entry%=*}" "${entry#*=}" & else repeat "${entry%=*}" "${entry#*=}" & fi
        jobs+=($!)
    done
    # One by one, for the exit code of each.
    for entry in "${jobs[@]}"; do wait "$entry" || code=1; done
    exit "$code"
}

repeat() {
    local pause=60
    while :; do
        if run_if_due "$1" "$2"; then pause=60; else pause=$(($2 < 900 ? $2 : 900)); fi
        sleep "$pause"
    done
}

# When it last went well is told by the figure that it left, which outlives a restart.
run_if_due() {
    local figure=$BACKUP_METRICS_DIRECTORY/agent_management_backup_${1/measure/measured}.prom last
    last=$(stat -c %Y "$figure" 2>/dev/null || echo 0)
    # A moment early rather than a round late.
    if [ $(($(date +%s) - last)) -lt $(($2 - 5)) ]; then return; fi
    "$here/$1.sh" || { complain "$1.sh failed."; return 1; }
}

main "$@"
