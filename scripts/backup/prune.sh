#!/usr/bin/env bash
# Removes the base backups, and the part of the archive, that going back BACKUP_DAYS does not need. base.sh runs it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require BACKUP_DIRECTORY
find_postgres

# Of those that are older than all that one may go back to, the newest stays: the days after it are restored from it.
kept=
horizon=$(date -u -d "${BACKUP_DAYS:-30} days ago" +%Y%m%dT%H%M%SZ)
for name in $(names | sort -r); do
    if [ -n "$kept" ]; then
        say "Removes base backup $name."
        rm -rf "${BACKUP_DIRECTORY:?}/base/$name"
    elif [[ "$name" < "$horizon" ]]; then
        kept=$name
    fi
done
oldest=$(names | head -n 1)
if [ -n "$oldest" ] && [ -d "$BACKUP_DIRECTORY/wal" ]; then
    pg_archivecleanup -x .gz "$BACKUP_DIRECTORY/wal" "$(cat "$BACKUP_DIRECTORY/base/$oldest/first-segment")"
fi
