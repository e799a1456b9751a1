# Shared by the set-up scripts; sourced, never run. Sets ROOT, DEPS, DOWNLOADS.
# shellcheck shell=bash

set -Eeuo pipefail
# No script ends without a word.
trap 'printf "%s\n" "spanwise: stopped at line $LINENO of $0: $BASH_COMMAND" >&2' ERR

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
DEPS="${SPANWISE_DEPS:-$ROOT/.deps}"
case "$DEPS" in /*) ;; *) DEPS="$PWD/$DEPS" ;; esac
DOWNLOADS="$DEPS/downloads"
export SPANWISE_DEPS="$DEPS"

say() { printf '%s\n' "spanwise: $*" >&2; }

# die MESSAGE [REMEDY]: one clear message on stderr, exit code 1.
die() {
    printf '%s\n' "spanwise: error: $1" >&2
    [ $# -lt 2 ] || printf '%s\n' "          $2" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Debian and Ubuntu put distribution facts here; empty elsewhere.
os_release() { # os_release KEY
    [ -r /etc/os-release ] || return 0
    # shellcheck disable=SC1091
    (. /etc/os-release && eval "printf '%s' \"\${$1:-}\"")
}

is_debian_12() { [ "$(os_release ID)" = debian ] && [ "$(os_release VERSION_ID)" = 12 ]; }

# as_root WHAT COMMAND...: runs it as it is for root, else through sudo. Asks for the password at most
# once, and not at all without a terminal.
as_root() {
    local what="$1"
    shift
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif ! have sudo; then
        die "$what needs root, and there is no sudo" "run packaging/setup/apt.sh once as root, then start again"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    elif (: </dev/tty) 2>/dev/null; then
        sudo -p "[sudo] password for %u ($what): " "$@"
    else
        die "$what needs root, and sudo wants a password but there is no terminal" \
            "run packaging/setup/apt.sh once as root or in a terminal, then start again"
    fi
}

sha256_of() { sha256sum -- "$1" | cut -d' ' -f1; }

# verified FILE SHA256: whether FILE is there, whole and unchanged.
verified() { [ -f "$1" ] && [ "$(sha256_of "$1")" = "$2" ]; }

# stamp_is DIR TEXT: whether DIR was installed by these scripts with exactly this version.
stamp_is() { [ -f "$1/.stamp" ] && [ "$(cat "$1/.stamp")" = "$2" ]; }

# Takes the lock of one dependency until the script ends, so that two set-ups at once (two
# terminals, CI beside a person) don't write the same place.
lock() { # lock NAME
    mkdir -p "$DEPS" 2>/dev/null || true
    [ -w "$DEPS" ] || die "cannot write to $DEPS" "make it writable, or choose another folder with SPANWISE_DEPS=DIR"
    exec 9>"$DEPS/.lock-$1"
    if ! flock -n 9; then
        say "$1: another set-up is at work on it, waiting"
        flock 9
    fi
}

# A scratch folder on the same file system as DEPS, removed when the script ends, whatever way.
scratch() { # scratch NAME; sets SCRATCH
    mkdir -p "$DOWNLOADS"
    find "$DEPS" -maxdepth 1 -name ".tmp-$1.*" -exec rm -rf {} + # left by a killed run; we hold the lock
    SCRATCH="$(mktemp -d "$DEPS/.tmp-$1.XXXXXX")"
    trap 'rm -rf "$SCRATCH"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# need_space MIB WHAT: refuses before half the work is done.
need_space() {
    local free
    free="$(df -Pk "$DEPS" | awk 'NR==2 {print int($4/1024)}')"
    [ "$free" -ge "$1" ] || die "$2 needs $1 MiB in $DEPS, only $free MiB are free" \
        "free some space, or choose another folder with SPANWISE_DEPS=DIR"
}

# install_dir NEW DEST STAMP: puts a finished folder in place by renaming, so that DEST is at any
# moment the old one, absent, or complete.
install_dir() {
    printf '%s\n' "$3" >"$1/.stamp"
    chmod 755 "$1"
    mkdir -p "$(dirname "$2")"
    if [ -e "$2" ]; then mv "$2" "$SCRATCH/replaced"; fi
    mv "$1" "$2"
}

# Sets PIP (array) to a pip that works; fails when there is none. Debian's own Python is preferred:
# it is the one that apt.sh installs. Python fetches files here and is used nowhere else.
find_pip() {
    local python
    PIP=()
    for python in /usr/bin/python3 python3; do
        if have "$python" && "$python" -m pip --version >/dev/null 2>&1; then
            PIP=("$python" -m pip)
            return 0
        fi
    done
    return 1
}

# Debian 12's pip throws a broken transfer away; from 25.1 on pip resumes it. A newer one (1.8 MB)
# is fetched and run from its own file, installed nowhere. Without it the old one has to do.
resuming_pip() {
    local file=pip-25.3-py3-none-any.whl dir="$SCRATCH/newer-pip"
    local sha=9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd
    if "${PIP[@]}" download --help 2>/dev/null | grep -q -- --resume-retries; then return 0; fi
    if "${PIP[@]}" download "${PIP_OPTIONS[@]}" -d "$dir" pip==25.3 >/dev/null 2>&1 9>&- &&
        verified "$dir/$file" "$sha" && "${PIP[0]}" "$dir/$file/pip" --version >/dev/null 2>&1; then
        PIP=("${PIP[0]}" "$dir/$file/pip")
    fi
}

# pip_fetch SHA256 FILE PIP-ARGUMENT...: 'pip download' of one wheel to DOWNLOADS/FILE, checked.
# Returns 1 when the index has no such file or no try gave the right one.
pip_fetch() {
    local sha="$1" file="$2" try dir="$SCRATCH/pip" log="$SCRATCH/pip.log" got
    shift 2
    PIP_OPTIONS=(--no-deps --no-cache-dir --disable-pip-version-check --only-binary=:all: --retries 5)
    find_pip || die "python3 with pip is needed to fetch $file" "on Debian: apt-get install python3-pip"
    resuming_pip
    if "${PIP[@]}" download --help 2>/dev/null | grep -q -- --resume-retries; then
        PIP_OPTIONS+=(--resume-retries 30)
    fi
    for try in 1 2 3; do
        rm -rf "$dir"
        # The file goes to a scratch folder first: what pip finds in its target it takes unchecked.
        if TMPDIR="$SCRATCH" "${PIP[@]}" download "${PIP_OPTIONS[@]}" --progress-bar off -d "$dir" "$@" \
            >"$log" 2>&1 9>&-; then
            if verified "$dir/$file" "$sha"; then
                mv "$dir/$file" "$DOWNLOADS/$file"
                return 0
            fi
            got="$(cd "$dir" && printf '%s ' *)"
            say "pip fetched something else than expected (got $got; wanted $file, sha256 $sha)"
        fi
        if grep -q 'No matching distribution' "$log"; then break; fi
        if [ "$try" -lt 3 ]; then
            say "fetching $file failed, trying again ($((try + 1)) of 3)"
            sleep "$try"
        fi
    done
    grep -E '^ *(ERROR|error)' "$log" | tail -n 3 >&2 || true
    return 1
}

# url_fetch URL FILE [SHA256]: download to DOWNLOADS/FILE, resuming DOWNLOADS/FILE.part.
url_fetch() {
    local url="$1" file="$2" sha="${3:-}" try status tries=8
    local part="$DOWNLOADS/$file.part"
    have curl || die "curl is needed to fetch $url" "on Debian: apt-get install curl ca-certificates"
    for ((try = 1; try <= tries; try++)); do
        status=0
        curl --fail --location --continue-at - --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
            --no-progress-meter --output "$part" "$url" 9>&- || status=$?
        if [ "$status" -eq 0 ]; then
            if [ -z "$sha" ] || verified "$part" "$sha"; then
                mv "$part" "$DOWNLOADS/$file"
                return 0
            fi
            say "$file: wrong checksum, fetching it from the start"
            rm -f "$part"
        elif [ "$status" -eq 33 ] || [ "$status" -eq 22 ]; then
            rm -f "$part" # the server can't resume, or the part is longer than the file
        elif [ "$status" -eq 6 ] || [ "$status" -eq 7 ]; then
            return 1 # no such host, or nobody answers there
        fi
        if [ "$try" -lt "$tries" ]; then sleep "$((try < 5 ? try : 5))"; fi
    done
    return 1
}

# cached FILE SHA256: whether the download is here and whole; a truncated or changed one is removed.
cached() {
    [ -f "$DOWNLOADS/$1" ] || return 1
    if verified "$DOWNLOADS/$1" "$2"; then return 0; fi
    say "$1 in $DOWNLOADS is incomplete or damaged: fetching it again"
    rm -f "$DOWNLOADS/$1"
    return 1
}
