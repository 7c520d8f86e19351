# shellcheck shell=bash
# A PostgreSQL, a Redis and, where its programs are, an S3 server for the tests, gone at their end. Sourced after common.sh.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/backup/own-server.sh"

servers=
postgres_data=
postgres_process=
redis_process=
s3_processes=
s3_url=

# Sets postgres_url, redis_uri and s3_url to what the environment gives, or else to servers started here; empty when there are none.
start_servers() {
    postgres_url=${DATABASE_URL:-}
    redis_uri=${REDIS_URI:-}
    servers=$(mktemp -d "${TMPDIR:-/tmp}/agent-management.XXXXXX")
    # PostgreSQL may run as another user, who has to pass through.
    chmod 711 "$servers"
    if [ -z "$postgres_url" ]; then start_postgres || no_server PostgreSQL postgres.log; fi
    if [ -z "$redis_uri" ]; then start_redis || no_server Redis redis.log; fi
    start_s3 || no_server "An S3 server (Debian: radosgw ceph-mon ceph-osd)" s3/s3.log
}

stop_servers() {
    stop_postgres
    stop_redis
    stop_s3
    if [ -n "$servers" ]; then rm -rf "$servers"; fi
    servers=
}

no_server() {
    say "$1 could not be started; the tests that need it are skipped."
    if [ -s "$servers/$2" ]; then tail -n 5 "$servers/$2"; fi
}

# The folder of PostgreSQL's server programs; Debian keeps them off the PATH, one folder for each version.
postgres_folder() {
    local folder
    {
        dirname "$(command -v initdb)"
        pg_config --bindir
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -n -r
    } 2>/dev/null | while read -r folder; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && [ -x "$folder/pg_ctl" ]; then
            say "$folder"
            return
        fi
    done | head -n 1
}

redis_program() { command -v redis-server || command -v valkey-server || true; }

# Installs what the tests need and this machine lacks, where apt may be used without asking: as root, or on a build machine whose
# user may become root.
install_missing_programs() {
    local packages='' sudo=''
    if [ -z "${DATABASE_URL:-}" ] && [ -z "$(postgres_folder)" ]; then packages="postgresql"; fi
    if [ -z "${REDIS_URI:-}" ] && [ -z "$(redis_program)" ]; then packages="$packages redis-server"; fi
    # promtool, for the tests of alerts.
    if ! command -v promtool >/dev/null; then packages="$packages prometheus"; fi
    # The console's tests look at its pages in a browser. The one that has no windows needs two thirds of the time.
    if ! has_browser; then packages="$packages chromium-headless-shell,chromium"
    elif ! command -v chromium-headless-shell >/dev/null && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        packages="$packages chromium-headless-shell"
    fi
    if ! has_s3_programs; then packages="$packages ceph-common ceph-mon ceph-osd radosgw"; fi
    packages=${packages# }
    if [ -z "$packages" ]; then return; fi

    if [ "$(id -u)" != 0 ]; then sudo='sudo '; fi
    if command -v apt-get >/dev/null && { [ -z "$sudo" ] || { [ -n "${CI:-}" ] && sudo -n true 2>/dev/null; }; }; then
        say "Installing for the tests: $packages"
        # shellcheck disable=SC2086,SC2154 # $packages is a list; common.sh has $logs
        if ${sudo}bash scripts/apt-install.sh $packages </dev/null >"$logs/apt-install.log" 2>&1; then return; fi
        say "That failed; all of the output is in $logs/apt-install.log."
    fi
    say "To have the tests that need them run: ${sudo}bash scripts/apt-install.sh $packages"
}

# Trusts every user, but listens on the loopback address only and lives as long as the tests: nothing needs to be there after a crash.
start_postgres() {
    local folder port
    folder=$(postgres_folder)
    [ -n "$folder" ] || return 1
    mkdir "$servers/postgres"
    if [ "$(id -u)" = 0 ]; then chown "$(as_postgres id -u):$(as_postgres id -g)" "$servers/postgres"; fi
    postgres_data=$servers/postgres/data
    as_postgres "$folder/initdb" -D "$postgres_data" -U postgres -A trust -E UTF8 "--locale=$(utf8_locale)" \
        --no-sync >"$servers/postgres.log" 2>&1 || return 1
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        as_postgres "$folder/postgres" -D "$postgres_data" -c listen_addresses=127.0.0.1 -c port="$port" \
            -c unix_socket_directories= -c max_connections=300 -c fsync=off -c full_page_writes=off </dev/null >"$servers/postgres.log" 2>&1 &
        postgres_process=$!
        if becomes_ready "$postgres_process" is_postgres_ready; then
            postgres_url=postgresql://postgres@127.0.0.1:$port/postgres
            return
        fi
        stop_postgres
    done
    return 1
}

# What pg_ctl looks at: line 8 of the server's own file.
is_postgres_ready() { sed -n 8p "$postgres_data/postmaster.pid" 2>/dev/null | grep -q ready; }

# Through its own command: the process started here may be the one that changed the user.
stop_postgres() {
    [ -n "$postgres_process" ] || return 0
    as_postgres "$(postgres_folder)/pg_ctl" stop -D "$postgres_data" -m immediate >/dev/null 2>&1 || true
    kill -KILL "$postgres_process" 2>/dev/null || true
    wait "$postgres_process" 2>/dev/null || true
    postgres_process=
}

# Upper and lower case beyond ASCII need a UTF-8 locale; the plain one is everywhere.
utf8_locale() { locale -a 2>/dev/null | grep -i -m 1 -x -e 'C\.utf-\{0,1\}8' -e 'en_US\.utf-\{0,1\}8' || say C; }

start_redis() {
    local program port
    program=$(redis_program)
    [ -n "$program" ] || return 1
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        "$program" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$servers" \
            </dev/null >"$servers/redis.log" 2>&1 &
        redis_process=$!
        if becomes_ready "$redis_process" is_open "$port"; then
            redis_uri=redis://127.0.0.1:$port/0
            return
        fi
        stop_redis
    done
    return 1
}

stop_redis() {
    [ -n "$redis_process" ] || return 0
    kill -KILL "$redis_process" 2>/dev/null || true
    wait "$redis_process" 2>/dev/null || true
    redis_process=
}

has_browser() {
    command -v chromium-headless-shell || command -v chromium || command -v google-chrome
} >/dev/null

has_s3_programs() {
    local program
    for program in ceph ceph-authtool ceph-mon ceph-osd monmaptool radosgw radosgw-admin; do
        command -v "$program" >/dev/null || return 1
    done
}

# Ceph's gateway with one monitor and one store in memory. It is not asked for, and not waited for: the tests that need it do.
start_s3() {
    local folder=$servers/s3 port secret
    has_s3_programs || return 1
    mkdir -p "$folder/mon" "$folder/osd" "$folder/rgw"
    port=$(free_port)
    secret=$(ceph-authtool --gen-print-key | tr -dc 'A-Za-z0-9')
    write_ceph_settings "$folder" "$(free_port)" "$port"
    run_ceph "$folder" "$secret" </dev/null >"$folder/s3.log" 2>&1 &
    s3_processes=$!
    s3_url=http://tests:$secret@127.0.0.1:$port/tests
}

write_ceph_settings() {
    cat >"$1/ceph.conf" <<SETTINGS
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v2:127.0.0.1:$2
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 0
mon data = $1/mon
osd data = $1/osd
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = $1
admin socket = $1/\$name.asok
log file = $1/\$name.log
keyring = $1/keyring
rgw frontends = beast endpoint=127.0.0.1:$3
rgw data = $1/rgw
rgw run sync thread = false
[osd]
keyring = $1/osd/keyring
SETTINGS
}

# run_ceph FOLDER SECRET: until it is ended, and with it what it started.
run_ceph() {
    local folder=$1 id key
    local -a settings=(-c "$folder/ceph.conf")
    trap 'kill -KILL $(jobs -p) 2>/dev/null; exit' TERM
    set -e
    ceph-authtool --create-keyring "$folder/mon.keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool --create-keyring "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
    ceph-authtool "$folder/mon.keyring" --import-keyring "$folder/keyring"
    monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$folder/ceph.conf")" --addv a "[$(sed -n 's/^mon host = //p' "$folder/ceph.conf")]" "$folder/monmap"
    ceph-mon "${settings[@]}" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/mon.keyring"
    ceph-mon "${settings[@]}" -i a -f &
    id=$(cat /proc/sys/kernel/random/uuid)
    key=$(ceph-authtool --gen-print-key)
    printf '{"cephx_secret":"%s"}' "$key" | timeout 60 ceph "${settings[@]}" osd new "$id" -i -
    ceph-authtool --create-keyring "$folder/osd/keyring" --name osd.0 --add-key "$key"
    ceph-osd "${settings[@]}" -i 0 --mkfs --osd-uuid "$id"
    ceph-osd "${settings[@]}" -i 0 -f &
    timeout 120 radosgw-admin "${settings[@]}" user create --uid=tests --display-name=tests --access-key=tests --secret-key="$2"
    radosgw "${settings[@]}" -n client.admin -f &
    wait
}

stop_s3() {
    [ -n "$s3_processes" ] || return 0
    kill -TERM "$s3_processes" 2>/dev/null || true
    wait "$s3_processes" 2>/dev/null || true
    s3_processes=
}

# becomes_ready PROCESS COMMAND...: waits until the command succeeds, at most 30 seconds and only while the process lives.
becomes_ready() {
    local tenths=0
    while [ $((tenths += 1)) -le 300 ] && kill -0 "$1" 2>/dev/null; do
        if "${@:2}"; then return; fi
        sleep 0.1
    done
    return 1
}
