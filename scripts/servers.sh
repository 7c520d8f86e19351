# shellcheck shell=bash
# A PostgreSQL and a Redis for the tests, gone at their end. Sourced after runtime.sh.

servers=
postgres_data=
postgres_process=
redis_process=

# Sets postgres_url and redis_uri to what the environment gives, or else to servers started here; empty when there are none.
start_servers() {
    postgres_url=${DATABASE_URL:-}
    redis_uri=${REDIS_URI:-}
    if [ -n "$postgres_url" ] && [ -n "$redis_uri" ]; then return; fi
    servers=$(mktemp -d "${TMPDIR:-/tmp}/agent-management.XXXXXX")
    # PostgreSQL may run as another user, who has to pass through.
    chmod 711 "$servers"
    install_missing_servers
    if [ -z "$postgres_url" ]; then start_postgres || no_server PostgreSQL postgres.log; fi
    if [ -z "$redis_uri" ]; then start_redis || no_server Redis redis.log; fi
}

stop_servers() {
    stop_postgres
    stop_redis
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

# Where apt may be used without asking: as root, or on a build machine whose user may become root.
install_missing_servers() {
    local packages='' sudo=''
    if [ -z "$postgres_url" ] && [ -z "$(postgres_folder)" ]; then packages="postgresql"; fi
    if [ -z "$redis_uri" ] && [ -z "$(redis_program)" ]; then packages="$packages redis-server"; fi
    packages=${packages# }
    if [ -z "$packages" ]; then return; fi

    if [ "$(id -u)" != 0 ]; then sudo='sudo '; fi
    if command -v apt-get >/dev/null && { [ -z "$sudo" ] || { [ -n "${CI:-}" ] && sudo -n true 2>/dev/null; }; }; then
        say "Installing for the tests: $packages"
        # shellcheck disable=SC2086,SC2154 # $packages is a list; runtime.sh has $logs
        if supervise ${sudo}bash scripts/apt-install.sh $packages >"$logs/apt-install.log" 2>&1; then return; fi
        say "That failed; all of the output is in $logs/apt-install.log."
    fi
    say "To have the tests that need them run: ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $packages"
}

# PostgreSQL refuses to run as root. Variables like PGDATA and PGOPTIONS are not for this server.
as_postgres() {
    local user=nobody
    if [ "$(id -u)" != 0 ]; then
        env -i PATH="$PATH" LC_ALL=C "$@"
        return
    fi
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    if command -v setpriv >/dev/null; then
        setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env -i PATH="$PATH" LC_ALL=C "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$user" -- env -i PATH="$PATH" LC_ALL=C "$@"
    else
        # shellcheck disable=SC2016 # the inner shell expands it
        su -s /bin/sh "$user" -c 'exec env -i PATH="$PATH" LC_ALL=C "$@"' -- sh "$@"
    fi
}

# Trusts every user, but listens on the loopback address only and lives as long as the tests.
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
            -c unix_socket_directories= -c max_connections=200 </dev/null >"$servers/postgres.log" 2>&1 &
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

# becomes_ready PROCESS COMMAND...: waits until the command succeeds, at most 30 seconds and only while the process lives.
becomes_ready() {
    local tenths=0
    while [ $((tenths += 1)) -le 300 ] && kill -0 "$1" 2>/dev/null; do
        if "${@:2}"; then return; fi
        sleep 0.1
    done
    return 1
}

# Below the ports that the system hands out by itself. Someone may still be faster: the callers try again.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && is_open "$port"; do :; done
    say "$port"
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
