# shellcheck shell=bash
# Shared by the scripts of this folder. Sourced.
#   BACKUP_DIRECTORY          where backups are: base/ (one folder each), wal/ (the archive), redis/
#   BACKUP_DAYS               days that one can go back, 30
#   BACKUP_METRICS_DIRECTORY  node_exporter's --collector.textfile.directory; none: nothing is measured
# PostgreSQL is reached as libpq's variables say (PGHOST, PGUSER, PGPASSFILE ...), so that no password is an argument.

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

require() {
    local name
    for name in "$@"; do
        if [ -z "${!name:-}" ]; then complain "$name must be set."; exit 1; fi
    done
}

# Debian keeps PostgreSQL's programs off the PATH.
find_postgres() {
    local folder
    command -v pg_verifybackup >/dev/null && return
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -n -r | head -n 1)
    PATH=$folder:$PATH
    command -v pg_verifybackup >/dev/null || { complain "PostgreSQL's programs are not installed."; return 1; }
}

# The base backups that are whole, oldest first; each has the name of the second at which it ended.
names() { find "$BACKUP_DIRECTORY/base" -mindepth 1 -maxdepth 1 ! -name '*.partial' -printf '%f\n' 2>/dev/null | sort; }

# gauge FILE NAME VALUE [LABELS]: a series of its own file, seen by a scrape whole or not at all.
gauge() {
    local folder=${BACKUP_METRICS_DIRECTORY:-}
    [ -n "$folder" ] || return 0
    # Read by another user than the one that backs up.
    (umask 022 && mkdir -p "$folder" && printf '# TYPE %s gauge\n%s%s %s\n' "$2" "$2" "${4:-}" "$3" >"$folder/$1.prom.$$" && mv "$folder/$1.prom.$$" "$folder/$1.prom")
}

# succeeded KIND
succeeded() { gauge "agent_management_backup_$1" agent_management_backup_last_success_timestamp_seconds "$(date +%s)" "{kind=\"$1\"}"; }
