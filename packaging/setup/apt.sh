#!/usr/bin/env bash
# Debian 12's packages: compiler, CMake, Qt 6, ICU, SQLite, fonts, Xvfb and small libraries. Installs
# what is missing (root, or sudo), and asks dpkg alone when nothing is.
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PACKAGES=(
    # build
    g++ cmake ninja-build pkg-config ccache git perl xz-utils unzip curl ca-certificates
    python3-pip # fetches LibTorch's and the encoder's packages; not used after that
    # window
    qt6-base-dev qt6-svg-dev libqt6svg6 qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
    qt6-translations-l10n # Qt's own strings in other languages
    qt6-charts-dev libqt6charts6 libqt6opengl6-dev # Charts' CMake files ask for OpenGL's
    qtkeychain-qt6-dev libqt6keychain1 # the desktop's keychain
    qt6-qpa-plugins libgl-dev libegl-dev libxkbcommon-dev extra-cmake-modules
    fontconfig fonts-dejavu-core fonts-noto-core fonts-noto-mono fonts-noto-color-emoji
    fonts-wqy-microhei # Chinese, Japanese and Korean in 5 MB, where Noto takes 91
    # libraries
    libicu-dev nlohmann-json3-dev libsqlite3-dev libsqlitecpp-dev libcli11-dev libspdlog-dev
    libexpected-dev libssl-dev libcurl4-openssl-dev zlib1g-dev
    wordnet-base # nouns and glosses for pre-training
    # tests and style check
    xvfb xauth xdotool clang-format-14 clang-14 libclang-rt-14-dev # clang: the fuzz targets
)

if [ "${1:-}" = --list ]; then
    printf '%s\n' "${PACKAGES[@]}"
    exit 0
fi

missing_packages() {
    if ! have dpkg-query; then
        printf '%s\n' "${PACKAGES[@]}"
        return
    fi
    { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${PACKAGES[@]}" 2>/dev/null || true; } |
        awk '$1 == "installed" {print $2}' | sort -u >"$1"
    printf '%s\n' "${PACKAGES[@]}" | sort -u | comm -23 - "$1"
}

list="$(mktemp)"
trap 'rm -f "$list"' EXIT
mapfile -t missing < <(missing_packages "$list")
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ -n "${SPANWISE_SKIP_APT:-}" ]; then
    say "apt: SPANWISE_SKIP_APT is set, going on without: ${missing[*]}"
    exit 0
fi
if ! is_debian_12; then
    die "this is $(os_release PRETTY_NAME || true), and packages are installed only on Debian 12" \
        "install what these Debian packages hold, then start again with SPANWISE_SKIP_APT=1: ${missing[*]}"
fi

say "apt: installing ${#missing[@]} of ${#PACKAGES[@]} Debian packages (on a bare Debian 12 about 320 MB to fetch, 1.3 GB installed): ${missing[*]}"
started=$SECONDS
# One root command, so that sudo asks once. apt-get update has no lock timeout of its own.
# shellcheck disable=SC2016 # expanded by the inner shell
as_root "installing Debian packages" env DEBIAN_FRONTEND=noninteractive sh -c '
    try=1
    until apt-get -qq -o Acquire::Retries=5 update; do
        [ "$try" -lt 20 ] || exit 1
        echo "spanwise: apt-get update failed (network, or another apt at work), trying again in 5 s" >&2
        try=$((try + 1)); sleep 5
    done
    exec apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=900 -o Acquire::Retries=5 \
        -o Dpkg::Use-Pty=0 install "$@" >/dev/null' sh "${missing[@]}" </dev/null ||
    die "apt-get could not install: ${missing[*]}" "see its message above, then start again"

mapfile -t missing < <(missing_packages "$list")
[ "${#missing[@]}" -eq 0 ] || die "apt-get finished but these are not installed: ${missing[*]}"
say "apt: ready ($((SECONDS - started)) s)"
