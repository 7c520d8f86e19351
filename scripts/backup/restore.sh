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
            *) complain "$usage"; exit 2 ;;
        esac
    done
    if [ -z "$into" ]; then complain "$usage"; exit 2; fi
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
