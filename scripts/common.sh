# shellcheck shell=bash
# Shared by ./run and ./test: the .NET SDK and quiet builds. Sourced in the repository's root.

logs=artifacts/logs
restore_log=$logs/restore.log
build_log=$logs/build.log
publish_log=$logs/publish.log
supervised=

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# Also for an environment that has next to nothing, not even a home.
prepare_environment() {
    mkdir -p "$logs"
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        export HOME="$PWD/artifacts/home"
        mkdir -p "$HOME"
    fi
    # Errors are looked for in the build's output: it must be in English and without escape sequences.
    export DOTNET_CLI_UI_LANGUAGE=en MSBUILDTERMINALLOGGER=off
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
}

# Puts a `dotnet` whose SDK satisfies global.json on the PATH, also one that an installer left elsewhere.
require_dotnet() {
    local folder wanted
    if has_sdk dotnet; then return; fi
    for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
        if [ -n "$folder" ] && has_sdk "$folder/dotnet"; then
            export PATH="$folder:$PATH"
            return
        fi
    done
    wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json)
    complain "The .NET SDK $wanted or a later one of ${wanted%.*} is needed, and $(found_sdks). Install it from https://dotnet.microsoft.com/download/dotnet/${wanted%.*}"
    return 1
}

# `dotnet --version` fails when no SDK satisfies global.json.
has_sdk() { command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1; }

found_sdks() {
    local found
    found=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ') || found=
    if [ -n "$found" ]; then printf 'only %s is here' "${found% }"; else printf 'there is none here'; fi
}

# Runs a command in a process group of its own: stop_supervised then reaches everything that it has started.
supervise() {
    local code=0
    set -m
    "$@" </dev/null &
    supervised=$!
    set +m
    wait "$supervised" || code=$?
    # What a crashed test or build left behind.
    kill -KILL -- "-$supervised" 2>/dev/null || true
    supervised=
    return "$code"
}

stop_supervised() {
    local tenths=0
    [ -n "$supervised" ] || return 0
    kill -TERM -- "-$supervised" 2>/dev/null || return 0
    while [ $((tenths += 1)) -le 50 ] && kill -0 -- "-$supervised" 2>/dev/null; do sleep 0.1; done
    kill -KILL -- "-$supervised" 2>/dev/null || true
}

# shortly COMMAND...: for .NET programs that end soon. What makes long-lived ones fast costs them more than it gives, and so do
# collecting often and keeping code that is written apart from code that runs, which protects what strangers reach.
# The numbers are hexadecimal: 1,024 calls, 64 MB.
shortly() {
    DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=400 DOTNET_gcServer=0 DOTNET_GCgen0size=4000000 DOTNET_EnableWriteXorExecute=0 "$@"
}

# restores PROJECT. No build server is left running.
restores() { shortly supervise dotnet restore "$1" --disable-build-servers >"$restore_log" 2>&1; }

# is_built PROJECT: whether nothing of the code has changed since it was built. A folder changes with what is added or removed.
is_built() {
    local parts=() project
    [ -e "$logs/$1.built" ] && [ -d "artifacts/bin/$1/release" ] || return 1
    for project in */*.csproj; do
        case $project in Tests/* | bench/*) ;; *) parts+=("${project%/*}") ;; esac
    done
    [ -z "$(find "${parts[@]}" Directory.Build.props Directory.Packages.props global.json .editorconfig \
        -newer "$logs/$1.built" -print -quit)" ]
}

# build_when_changed PROJECT WHAT: says at once what takes so long, and where the rest of it is when it fails.
build_when_changed() {
    if is_built "$1"; then return; fi
    complain "Building $2: about a minute, the first time two or three. Later starts take none of it."
    touch "$logs/$1.begun"
    trap 'stop_supervised; exit 130' INT
    trap 'stop_supervised; exit 143' TERM HUP
    complain "  packages ..."
    restores "$1" || { show_errors "$restore_log" 10 >&2; complain "The packages do not restore; all of the output is in $restore_log."; exit 1; }
    complain "  code ..."
    # Analyzers are a quarter of it, and look at code for those who write it: ./test has them.
    builds "$1" -p:RunAnalyzers=false || { show_errors "$build_log" 20 >&2; complain "$2 does not build; all of the output is in $build_log."; exit 1; }
    trap - INT TERM HUP
    mv "$logs/$1.begun" "$logs/$1.built"
}

# builds PROJECT [OPTION]. The project is restored. One compiler serves all projects and ends with the build: its pipe is nobody else's.
builds() {
    DOTNET_CLI_USE_MSBUILD_SERVER=0 shortly supervise dotnet build "$@" -c Release --no-restore -nodeReuse:false \
        -p:UseRazorBuildServer=false -p:UseSharedCompilation=true "-p:SharedCompilationId=agents-$$-$RANDOM" >"$build_log" 2>&1
}

# publishes PROJECT. It is built; with --no-build a page of WebAssembly would keep the places of its files' names unfilled.
# What is smallest takes ten times as long to make, and is left to the image that ships.
publishes() {
    shortly supervise dotnet publish "$1" -c Release --no-restore -nodeReuse:false -p:UseRazorBuildServer=false \
        -p:UseSharedCompilation=false -p:_BlazorBrotliCompressionLevel=Optimal >"$publish_log" 2>&1
}

# The errors of a log, or its end when it names none.
show_errors() {
    if grep -q 'error' "$1"; then grep 'error' "$1" | sort -u | tail -n "$2"; else tail -n "$2" "$1"; fi
}
