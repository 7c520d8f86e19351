#!/usr/bin/env bash
# Archives one file of the write-ahead log. PostgreSQL's archive_command = '/path/archive.sh %p %f', with BACKUP_DIRECTORY in the
# server's environment. Ends with 0 only when the file is whole on disk; PostgreSQL keeps its own and tries again until then.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require BACKUP_DIRECTORY
umask 077

source=$1 target=$BACKUP_DIRECTORY/wal/$2.gz
mkdir -p "$BACKUP_DIRECTORY/wal"
if [ -e "$target" ]; then
    # After a crash PostgreSQL may archive a file again. Another content under its name is another server's: never overwritten.
    gzip -dc "$target" | cmp -s - "$source" && exit
    complain "$target is there and differs: two servers archive into one folder."
    exit 1
fi
gzip -n -1 -c "$source" >"$target.partial"
sync "$target.partial"
mv "$target.partial" "$target"
sync "$BACKUP_DIRECTORY/wal"
