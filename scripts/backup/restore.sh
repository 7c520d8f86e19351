#!/usr/bin/env bash
# Makes a data folder that PostgreSQL recovers when it is started there: to a moment, or to the end of the archive.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
usage="usage: restore.sh --into FOLDER [--to 'YYYY-MM-DD HH:MM:SS[.ffffff]+00']
  --into  a folder that does not exist or is empty
  --to    the moment, with its time zone; without it, as late as the archive goes"
umask 077

main() {
    local into='' to='' base
    while [ $# -gt 0 ]; do
        case $1 in
            --into) into=${2:-}; shift 2 ;;
            --to) to=${2:-}; shift 2 ;;
            *) complain "$usage"; exit 64 ;;
        esac
    done
    if [ -z "$into" ]; then complain "$usage"; exit 64; fi
    require BACKUP_DIRECTORY
    find_postgres
    if [ -n "$(ls -A "$into" 2>/dev/null)" ]; then complain "$into is not empty."; exit 1; fi
    base=$(newest_before "$to")
    if [ -z "$base" ]; then complain "There is no base backup${to:+ from before $to}."; exit 1; fi

    mkdir -p "$into"
    tar -xzf "$base/base.tar.gz" -C "$into"
    if [ -e "$base/pg_wal.tar.gz" ]; then tar -xzf "$base/pg_wal.tar.gz" -C "$into/pg_wal"; fi
    pg_verifybackup --no-parse-wal --quiet --manifest-path="$base/backup_manifest" "$into"
    write_recovery "$into" "$to"
    compare_settings "$into"
    say "Restored $(basename "$base") into $into. Start PostgreSQL there: it recovers ${to:+to $to }and then accepts writes."
    say "It does not archive until archive_mode is taken out of its postgresql.auto.conf."
}

# A backup is whole only from its end on.
newest_before() {
    local name latest
    latest=$(date -u ${1:+-d "$1"} +%Y%m%dT%H%M%SZ)
    for name in $(names | sort -r); do
        if [[ ! "$name" > "$latest" ]]; then say "$BACKUP_DIRECTORY/base/$name"; return; fi
    done
}

# PostgreSQL does not recover where less may connect, or be locked, than where the log was written.
compare_settings() {
    local name label had has
    for name in max_connections max_worker_processes max_wal_senders max_prepared_transactions max_locks_per_transaction; do
        label=${name/max_prepared_transactions/max_prepared_xacts}
        label=${label/max_locks_per_transaction/max_locks_per_xact}
        had=$(pg_controldata -D "$1" | sed -n "s/^$label setting: *//p")
        # Without a postgresql.conf in the folder, as on Debian, what the server will have is not known here.
        has=$(postgres -C "$name" -D "$1" 2>/dev/null) || has=
        if [ -n "$had" ] && [ "$had" != "$has" ]; then
            say "$name was $had in the server that was backed up, and is ${has:-not known} here: start this one with at least $had."
        fi
    done
}

# A file that is missing ends the log; one that cannot be read must not be taken for that, so the server gives up (above 125).
# The archive stays as it was until this server takes over.
write_recovery() {
    local wal=$BACKUP_DIRECTORY/wal
    {
        say "archive_mode = off"
        say "restore_command = 'test -e \"$wal/%f.gz\" || exit 1; gzip -dc \"$wal/%f.gz\" >\"%p\" || exit 126'"
        say "recovery_target_action = promote"
        if [ -n "$2" ]; then say "recovery_target_time = '$2'"; fi
    } >>"$1/postgresql.auto.conf"
    touch "$1/recovery.signal"
}

main "$@"
