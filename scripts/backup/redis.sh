#!/usr/bin/env bash
# Takes a snapshot of Redis (REDIS_URI), and removes those of more than BACKUP_DAYS. Every six hours.
# To restore one: stop Redis, put it in place of dump.rdb (appendonly off for that start), start it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require BACKUP_DIRECTORY REDIS_URI
umask 077

address='^(rediss?)://(([^:@/]*):([^@/]*)@)?([^:/]+)(:([0-9]+))?(/.*)?$'
[[ $REDIS_URI =~ $address ]] || { complain "REDIS_URI must be redis:// or rediss://user:password@host:port."; exit 1; }
options=(-h "${BASH_REMATCH[5]}" -p "${BASH_REMATCH[7]:-6379}")
if [ "${BASH_REMATCH[1]}" = rediss ]; then options+=(--tls); fi
if [ -n "${BASH_REMATCH[3]}" ]; then options+=(--user "${BASH_REMATCH[3]}"); fi
# Not an argument, which everybody on the machine may read.
if [ -n "${BASH_REMATCH[4]}" ]; then export REDISCLI_AUTH=${BASH_REMATCH[4]}; fi

folder=$BACKUP_DIRECTORY/redis
mkdir -p "$folder"
partial=$folder/$$.partial
trap 'rm -f "$partial"' EXIT
redis-cli "${options[@]}" --rdb "$partial" >/dev/null
# It ends with 0 even when it was refused.
[ "$(head -c 5 "$partial" 2>/dev/null)" = REDIS ] || { complain "Redis gave no snapshot."; exit 1; }
if command -v redis-check-rdb >/dev/null; then redis-check-rdb "$partial" >/dev/null; fi
sync "$partial"
name=$(date -u +%Y%m%dT%H%M%SZ).rdb
mv "$partial" "$folder/$name"
find "$folder" -name '*.rdb' -mtime "+${BACKUP_DAYS:-30}" -delete
say "Redis snapshot $name."
succeeded redis
