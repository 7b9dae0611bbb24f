# shellcheck shell=bash
# Sourced by ./ciclo and ./test: finds (or installs) the .NET SDK and builds under a lock. Everything it says goes to standard error:
# standard output belongs to the program.

# What a build of the program depends on. A change of any of these makes ./ciclo build; tests that lie inside modules do not.
program_sources=(src scripts lifecycles segments Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig)

# say EN ES: one line, in Spanish where the environment asks for it.
say() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        es*) printf '%s\n' "$2" >&2 ;;
        *) printf '%s\n' "$1" >&2 ;;
    esac
}

# First line that a changed source prints, or nothing. Change times, not modification times: unpacking an archive or `cp -p` puts old
# modification times on new contents. A folder changes when something in it is added, renamed or removed.
changed_since() {
    find "${program_sources[@]/#/$root/}" -name Tests -prune -o -newercm "$1" -print -quit 2>/dev/null
}

is_current() {
    [[ -x $program && -f $stamp && -z $(changed_since "$stamp") ]]
}

# Where a dotnet may be that is not on the PATH; the program's own launcher looks for DOTNET_ROOT.
find_dotnet() {
    local folder
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
        if [[ -n $folder && -x $folder/dotnet ]] && ! command -v dotnet >/dev/null; then
            PATH="$folder:$PATH"
        fi
    done
    command -v dotnet >/dev/null
}

has_sdk() {
    find_dotnet && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'
}

# apt_install PACKAGE...: installs what apt has; asks for fresh lists only if the package is unknown so far. False if it cannot.
apt_install() {
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
    if ! apt-cache show "$@" >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || return 1
        apt-cache show "$@" >/dev/null 2>&1 || return 1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

require_sdk() {
    has_sdk && return
    say "ciclo: there is no .NET 10 SDK here; looking for it with apt." "ciclo: aquí no hay SDK de .NET 10; se busca con apt."
    if apt_install dotnet-sdk-10.0 && hash -r && has_sdk; then
        return
    fi
    say "ciclo: the .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0, put dotnet on the PATH, and start this again." \
        "ciclo: falta el SDK de .NET 10. Instálalo desde https://dotnet.microsoft.com/download/dotnet/10.0, pon dotnet en el PATH y vuelve a empezar."
    return 1
}

# build PROJECT: in Release, one build at a time in this checkout, and only if the program is not current by the time it is our turn
# (always, for any other project than the program's). The compilers end with the build: nothing is left running.
build() {
    mkdir -p "$root/artifacts"
    exec {lock}>"$root/artifacts/build.lock"
    if command -v flock >/dev/null; then
        flock "$lock"
    fi
    local outcome=0
    if [[ $1 != src/Server ]] || ! is_current; then
        build_now "$1" || outcome=$?
    fi
    exec {lock}>&-
    return "$outcome"
}

build_now() {
    # Dated before the build begins: what is saved while it runs is newer, and builds again.
    : >"$stamp.next"
    # A server may be running from these files, with their pages mapped: it keeps the old ones if they are unlinked, and would crash if they
    # were written over.
    find "${program%/*}" -maxdepth 1 -type f -delete 2>/dev/null || true
    # The lock's descriptor is closed for the build: a process that outlived it would hold the lock.
    (
        exec {lock}>&-
        cd "$root" || exit 1
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
        if [[ ! -w ${HOME:-/nowhere} ]]; then
            export DOTNET_CLI_HOME="$root/artifacts/home"
        fi
        dotnet build "$1" --configuration Release --disable-build-servers --nologo --verbosity quiet "-clp:ErrorsOnly;NoSummary" -tl:off </dev/null >&2
    ) || return 1
    mv "$stamp.next" "$stamp"
}
