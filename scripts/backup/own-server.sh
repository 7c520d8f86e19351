# shellcheck shell=bash
# What a server of one's own needs: a user to run as, and a port. Sourced.

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

# Below the ports that the system hands out by itself. Someone may still be faster: the callers try again.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && is_open "$port"; do :; done
    printf '%s\n' "$port"
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
