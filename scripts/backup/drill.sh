#!/usr/bin/env bash
# Loses a PostgreSQL and brings it back, with the scripts of this folder: a server of its own is filled, backed up, written to while it
# archives, and destroyed. Says what was lost (RPO), how long it took (RTO), and whether at a moment in between all rows are as they were.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/own-server.sh"

usage="usage: drill.sh [--megabytes N] [--seconds N] [--archive-timeout N] [--rpo SECONDS] [--rto SECONDS]
  --megabytes        of rows before the base backup, 10
  --seconds          that rows are written for after it, at least, 60
  --archive-timeout  PostgreSQL's archive_timeout, 30
  --rpo, --rto       fails beyond them: 60 and 120"
megabytes=10 seconds=60 timeout=30 rpo=60 rto=120

main() {
    local given=("$@")
    while [ $# -gt 0 ]; do
        case $1 in
            --megabytes) megabytes=$2 ;;
            --seconds) seconds=$2 ;;
            --archive-timeout) timeout=$2 ;;
            --rpo) rpo=$2 ;;
            --rto) rto=$2 ;;
            *) complain "$usage"; exit 64 ;;
        esac
        shift 2
    done
    folder=$(mktemp -d "${TMPDIR:-/tmp}/agent-management-drill.XXXXXX")
    trap finish EXIT
    trap 'exit 130' INT TERM
    if [ "$(id -u)" = 0 ]; then
        # PostgreSQL refuses to run as root, and its user may not come to where this is.
        cp -r "$here" "$folder/scripts"
        cd "$folder"
        chown -R "$(as_postgres id -u):$(as_postgres id -g)" "$folder"
        as_postgres TMPDIR="$folder" bash "$folder/scripts/drill.sh" "${given[@]}"
        succeeded drill
        return
    fi
    require_programs
    export BACKUP_DIRECTORY=$folder/backup PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres
    drill
    succeeded drill
}

# The clients alone are not enough.
require_programs() {
    local program
    find_postgres
    for program in initdb postgres psql pg_basebackup; do
        command -v "$program" >/dev/null || { complain "The drill needs PostgreSQL's server and client programs: there is no $program."; exit 1; }
    done
}

drill() {
    local moment lost back acknowledged restored
    initdb -D "$folder/lost" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
    start "$folder/lost" -c archive_mode=on -c archive_timeout="$timeout" -c archive_command="'$here/archive.sh' %p %f"
    ask -c "CREATE TABLE drill (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)" \
        -c "INSERT INTO drill (body) SELECT repeat(md5(random()::text), 32) FROM generate_series(1, $megabytes * 1024)"
    ask -F ' ' -c "SELECT n, md5(body) FROM drill ORDER BY n" >"$folder/before"
    "$here/base.sh"
    write_rows
    moment=$(sed -n 's/^moment //p' "$folder/written")

    lost=$(now)
    kill_server
    rm -rf "$folder/lost"
    say "Destroyed, with $(grep -c '^[0-9]' "$folder/written") acknowledged rows since the backup."

    "$here/restore.sh" --into "$folder/latest" >/dev/null
    start "$folder/latest"
    ask -F ' ' -c "SELECT n, md5(body) FROM drill ORDER BY n" >"$folder/latest.rows"
    back=$(now)
    kill_server
    grep '^[0-9]' "$folder/written" | cut -d ' ' -f 1,2 | cat "$folder/before" - >"$folder/acknowledged"
    acknowledged=$(wc -l <"$folder/acknowledged") restored=$(wc -l <"$folder/latest.rows")
    # What came back is how it began, without gaps; the last may have been written and not acknowledged.
    if ! head -n "$restored" "$folder/acknowledged" | cmp -s - <(head -n "$acknowledged" "$folder/latest.rows") || [ "$restored" -gt $((acknowledged + 1)) ]; then
        fail_drill "What was restored is not what was acknowledged."
    fi
    report "$lost" "$back" "$acknowledged" "$restored"

    "$here/restore.sh" --into "$folder/then" --to "$moment" >/dev/null
    start "$folder/then"
    ask -F ' ' -c "SELECT n, md5(body) FROM drill ORDER BY n" >"$folder/then.rows"
    kill_server
    sed '/^moment/,$d' "$folder/written" | cut -d ' ' -f 1,2 | cat "$folder/before" - >"$folder/then.acknowledged"
    if ! cmp -s "$folder/then.acknowledged" "$folder/then.rows"; then fail_drill "At $moment other rows were acknowledged than were restored."; fi
    say "At $moment: all $(wc -l <"$folder/then.rows") acknowledged rows, none besides, each with its hash."
}

# One row after the other. psql says a row only after its commit, so what is in the file was acknowledged. The moment is told by the
# same session, and so between two commits; there are rows until the log with one of after the moment is archived, at most 2 minutes more.
# shellcheck disable=SC2094 # what psql has said so far
write_rows() {
    local half=$((seconds * 10)) number segment
    for ((number = 0; number < (seconds + 120) * 20; number++)); do
        if [ "$number" -ge $((seconds * 20)) ]; then
            segment=$(sed -n 's/^segment //p' "$folder/written")
            if [ -n "$segment" ] && [ -e "$BACKUP_DIRECTORY/wal/$segment.gz" ]; then break; fi
        elif [ "$number" = "$half" ]; then
            say "SELECT 'moment ' || clock_timestamp() FROM pg_sleep(1.1);"
        elif [ "$number" = $((half + 5)) ]; then
            say "SELECT 'segment ' || pg_walfile_name(pg_current_wal_lsn());"
        fi
        say "INSERT INTO drill (body) VALUES (md5(random()::text)) RETURNING n, md5(body), extract(epoch FROM clock_timestamp());"
        sleep 0.05
    done | ask -F ' ' >"$folder/written"
}

# report LOST BACK ACKNOWLEDGED RESTORED. Lost is all that was acknowledged after what came back.
report() {
    local last recovery_point recovery_time
    last=$(grep '^[0-9]' "$folder/written" | awk -v n="$(tail -n 1 "$folder/latest.rows" | cut -d ' ' -f 1)" '$1 <= n { at = $3 } END { print at ? at : 0 }')
    recovery_point=$(awk -v a="$1" -v b="$last" -v all="$3" -v got="$4" 'BEGIN { printf "%.1f", (got >= all ? 0 : a - b) }')
    recovery_time=$(awk -v a="$2" -v b="$1" 'BEGIN { printf "%.1f", a - b }')
    say "RPO $recovery_point s: $(($3 > $4 ? $3 - $4 : 0)) of $3 acknowledged rows were not archived. RTO $recovery_time s: $4 rows are back."
    awk -v a="$recovery_point" -v b="$rpo" 'BEGIN { exit (a > b) }' || fail_drill "That is more than an RPO of $rpo s."
    awk -v a="$recovery_time" -v b="$rto" 'BEGIN { exit (a > b) }' || fail_drill "That is more than an RTO of $rto s."
}

# start DATA [OPTION ...]: returns when it has recovered and accepts writes.
start() {
    local data=$1 waited=0
    shift
    PGPORT=$(free_port)
    export PGPORT
    postgres -D "$data" -c port="$PGPORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@" >"$data.log" 2>&1 </dev/null &
    server=$!
    until [ "$(ask -c 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
        if ! kill -0 "$server" 2>/dev/null || [ $((waited += 1)) -gt 6000 ]; then
            tail -n 20 "$data.log" >&2
            fail_drill "PostgreSQL does not start."
        fi
        sleep 0.1
    done
}

# At once, as when a machine is gone.
kill_server() {
    local processes
    [ -n "${server:-}" ] || return 0
    # Not by ps, which PostgreSQL's image lacks.
    processes=$(grep -l "^PPid:[[:space:]]*$server\$" /proc/[0-9]*/status 2>/dev/null | cut -d / -f 3) || true
    # shellcheck disable=SC2086 # a list
    kill -KILL "$server" $processes 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}

ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
now() { date +%s.%N; }
fail_drill() { complain "$*"; exit 1; }

finish() {
    kill_server
    rm -rf "$folder"
}

main "$@"
