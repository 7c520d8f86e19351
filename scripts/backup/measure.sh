#!/usr/bin/env bash
# Tells node_exporter how long the oldest file of the log has waited for its archive. Every minute. The user needs pg_monitor.
# What it asks for is the server's and not a database's: without PGDATABASE it asks in the one that every server has.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require BACKUP_METRICS_DIRECTORY

waiting=$(psql -X -q -A -t -w -d "${PGDATABASE:-postgres}" -c "
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(modification)), 0)
    FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'")
gauge agent_management_backup_wal_waiting agent_management_backup_wal_waiting_seconds "$waiting"
gauge agent_management_backup_measured agent_management_backup_measured_timestamp_seconds "$(date +%s)"
