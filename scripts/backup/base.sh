#!/usr/bin/env bash
# Takes a base backup, and removes what is not needed any more (prune.sh). Daily. The user needs REPLICATION.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require BACKUP_DIRECTORY
find_postgres
umask 077

main() {
    local name target
    # By its end: only from then on can it be restored to.
    mkdir -p "$BACKUP_DIRECTORY/base"
    rm -rf "$BACKUP_DIRECTORY"/base/*.partial
    target=$BACKUP_DIRECTORY/base/$$.partial
    # The log that it needs comes beside it, as it is written: fetched at the end, a busy server may have removed its beginning.
    pg_basebackup --pgdata="$target" --format=tar --gzip --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 --no-password
    gzip -t "$target"/*.gz
    [ -e "$target/pg_wal.tar.gz" ] || { complain "The backup has no log."; exit 1; }
    # The oldest file of the log that it needs.
    tar -xzOf "$target/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p' >"$target/first-segment"
    [ -s "$target/first-segment" ] || { complain "The backup has no label."; exit 1; }
    sync "$target"/* "$target"
    name=$(date -u +%Y%m%dT%H%M%SZ)
    mv "$target" "$BACKUP_DIRECTORY/base/$name"
    sync "$BACKUP_DIRECTORY/base"
    say "Base backup $name, $(du -sh "$BACKUP_DIRECTORY/base/$name" | cut -f1)."
    "$(dirname "${BASH_SOURCE[0]}")/prune.sh"
    succeeded base
}

main
