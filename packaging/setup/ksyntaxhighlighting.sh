#!/usr/bin/env bash
# KSyntaxHighlighting for Qt 6 -> .deps/ksyntaxhighlighting. Debian 12 has only the Qt 5 build of
# it, so the source package of the next Debian is fetched by apt-get and built (3.4 MB, about 40 s).
# A KF6SyntaxHighlighting that the system has is used as it is.
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SUITE=trixie
VERSION=5.116.0
SOURCE="ksyntax-highlighting=$VERSION-1"
TARBALL="ksyntax-highlighting_$VERSION.orig.tar.xz"
TARBALL_SHA256=6f8ccacebd0dc9ce050b2b23b715750c97938b3336fbbb80967920cb8c1dfaa7
TARGET="$DEPS/ksyntaxhighlighting"
STAMP="ksyntaxhighlighting $VERSION layout 1 $TARBALL_SHA256"

installed() {
    stamp_is "$TARGET" "$STAMP" && {
        compgen -G "$TARGET/lib*/cmake/KF5SyntaxHighlighting/*Config.cmake" ||
            compgen -G "$TARGET/lib/*/cmake/KF5SyntaxHighlighting/*Config.cmake"
    } >/dev/null
}

if installed; then exit 0; fi
for prefix in /usr/lib /usr/lib/"$(uname -m)"-linux-gnu /usr/lib64; do
    if [ -f "$prefix/cmake/KF6SyntaxHighlighting/KF6SyntaxHighlightingConfig.cmake" ]; then
        say "ksyntaxhighlighting: using the system's KF6SyntaxHighlighting"
        exit 0
    fi
done
lock ksyntaxhighlighting
if installed; then exit 0; fi
for tool in cmake ninja perl xz tar; do
    have "$tool" || die "$tool is needed to build KSyntaxHighlighting" "run packaging/setup/apt.sh first"
done
scratch ksyntaxhighlighting
need_space 200 "KSyntaxHighlighting"
started=$SECONDS

# Addresses that this machine's own apt has for its Debian release, one a line. A third party may
# use the release's name too, hence more than one.
mirrors() {
    local codename
    codename="$(os_release VERSION_CODENAME)"
    apt-get --print-uris update 2>/dev/null |
        sed -nE "s#^'((https?|file|mirror[+a-z]*|tor[+a-z]*):[^' ]*)/dists/${codename:-none}/InRelease'.*#\1#p" | sort -u
}

# Fetches the tarball with an apt of its own: own source list, state and cache, so that the
# machine's configuration stays as it is and no root is needed. apt checks signatures with the
# machine's Debian keys, we check the tarball.
fetch_source() {
    local mirror found try apt="$SCRATCH/apt" log="$SCRATCH/apt.log"
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    local elsewhere="install KSyntaxHighlighting for Qt 6 from your distribution (package KF6SyntaxHighlighting or libkf6syntaxhighlighting-dev), or put $TARBALL into $DOWNLOADS"
    have apt-get || die "there is no apt-get to fetch KSyntaxHighlighting's source with" "$elsewhere"
    found="$(mirrors)"
    [ -n "$found" ] || die "this machine's apt sources name no Debian archive to fetch $SOURCE from" "$elsewhere"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    local options=(
        -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=-
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=-
        -o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status"
        -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User= -o Acquire::Retries=1
        -o Acquire::Languages=none -o Acquire::IndexTargets::deb-src::DEP-11::DefaultEnabled=false
    )
    for try in 1 2 3; do
        while read -r mirror; do
            printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$SUITE" >"$apt/sources.list"
            if apt-get -qq "${options[@]}" update >>"$log" 2>&1 9>&- &&
                (cd "$SCRATCH" && apt-get -qq "${options[@]}" source --download-only --tar-only "$SOURCE") \
                    >>"$log" 2>&1 9>&- &&
                verified "$SCRATCH/$TARBALL" "$TARBALL_SHA256"; then
                mv "$SCRATCH/$TARBALL" "$DOWNLOADS/$TARBALL"
                return 0
            fi
            rm -f "$SCRATCH/$TARBALL"
        done <<<"$found"
        if [ "$try" -lt 3 ]; then sleep "$try"; fi
    done
    grep -E '^(E|W|Err)' "$log" | tail -n 5 >&2
    die "$SOURCE (suite $SUITE, sha256 $TARBALL_SHA256) could not be fetched from: $(tr '\n' ' ' <<<"$found")" \
        "check the network and start again; or $elsewhere"
}

cached "$TARBALL" "$TARBALL_SHA256" || {
    say "ksyntaxhighlighting: fetching its source $VERSION with apt-get (3.4 MB; package lists 10 MB)"
    fetch_source
}

say "ksyntaxhighlighting: building for Qt 6, about 40 s, 4 MB in $TARGET"
mkdir "$SCRATCH/source"
tar -xJf "$DOWNLOADS/$TARBALL" -C "$SCRATCH/source" --strip-components=1 || {
    rm -f "$DOWNLOADS/$TARBALL"
    die "$TARBALL could not be unpacked" "it was removed: start again"
}
# Debian 12 has ECM 5.103; nothing newer is used.
sed -i "s/find_package(ECM $VERSION/find_package(ECM 5.103.0/" "$SCRATCH/source/CMakeLists.txt"
log="$DEPS/ksyntaxhighlighting-build.log"
if ! {
    cmake -S "$SCRATCH/source" -B "$SCRATCH/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_INSTALL_PREFIX="$TARGET" -DBUILD_WITH_QT6=ON -DBUILD_TESTING=OFF -DBUILD_examples=OFF \
        -DBUILD_QCH=OFF -DQT_MAJOR_VERSION=6 &&
        cmake --build "$SCRATCH/build" &&
        DESTDIR="$SCRATCH/stage" cmake --install "$SCRATCH/build"
} >"$log" 2>&1 9>&-; then
    tail -n 25 "$log" >&2
    die "KSyntaxHighlighting did not build; the whole log is in $log"
fi
rm -f "$log"
install_dir "$SCRATCH/stage$TARGET" "$TARGET" "$STAMP"
say "ksyntaxhighlighting: ready in $TARGET ($(du -sm "$TARGET" | cut -f1) MiB, $((SECONDS - started)) s)"
