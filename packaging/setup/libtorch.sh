#!/usr/bin/env bash
# LibTorch 2.13.0 for the CPU -> .deps/libtorch (include, lib, share/cmake). Not used at run time
# or build time: Python; it only fetches. A Torch_DIR in the environment is used as it is.
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

VERSION=2.13.0
WHEEL="torch-$VERSION+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256=6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
PYTORCH_INDEX=https://download.pytorch.org/whl/cpu
ARCHIVE="libtorch-shared-with-deps-$VERSION+cpu.zip"
ARCHIVE_URL="https://download.pytorch.org/libtorch/cpu/libtorch-shared-with-deps-$VERSION%2Bcpu.zip"
TARGET="$DEPS/libtorch"
STAMP="libtorch $VERSION+cpu layout 1 $WHEEL_SHA256"

if [ -n "${Torch_DIR:-}" ]; then
    [ -f "$Torch_DIR/TorchConfig.cmake" ] || die "Torch_DIR=$Torch_DIR has no TorchConfig.cmake" \
        "point it at .../share/cmake/Torch of a LibTorch, or unset it to have one fetched"
    say "libtorch: using Torch_DIR=$Torch_DIR, nothing fetched"
    exit 0
fi

installed() {
    [ -f "$TARGET/lib/libtorch_cpu.so" ] && [ -f "$TARGET/share/cmake/Torch/TorchConfig.cmake" ] &&
        [ -f "$TARGET/.stamp" ] && case "$(cat "$TARGET/.stamp")" in
            "$STAMP" | "$STAMP "*) true ;; # the archive's stamp has its own checksum behind
            *) false ;;
        esac
}

if installed; then exit 0; fi
lock libtorch
if installed; then exit 0; fi

machine="$(uname -m)"
[ "$machine" = x86_64 ] || die "no LibTorch is pinned for $machine" \
    "install one yourself and set Torch_DIR to its share/cmake/Torch"
have unzip || die "unzip is needed to unpack LibTorch" "on Debian: apt-get install unzip"
scratch libtorch
need_space 900 "LibTorch"
started=$SECONDS
say "libtorch: fetching LibTorch $VERSION (CPU), 192 MB, unpacks to 478 MB in $TARGET"

wheel_arguments=(--python-version 3.11 --implementation cp --abi cp311
    --platform manylinux_2_28_x86_64 "torch==$VERSION+cpu")
stamp="$STAMP"
if cached "$WHEEL" "$WHEEL_SHA256" ||
    pip_fetch "$WHEEL_SHA256" "$WHEEL" "${wheel_arguments[@]}" ||
    { say "libtorch: not in pip's own index, trying PyTorch's CPU wheels" &&
        pip_fetch "$WHEEL_SHA256" "$WHEEL" --index-url "$PYTORCH_INDEX" "${wheel_arguments[@]}"; }; then
    fetched="$DOWNLOADS/$WHEEL"
    top=torch
else
    say "libtorch: no wheel to be had, trying PyTorch's LibTorch archive"
    if [ ! -f "$DOWNLOADS/$ARCHIVE" ] || ! unzip -tqq "$DOWNLOADS/$ARCHIVE" >/dev/null 2>&1; then
        rm -f "$DOWNLOADS/$ARCHIVE"
        url_fetch "$ARCHIVE_URL" "$ARCHIVE" "${SPANWISE_LIBTORCH_ARCHIVE_SHA256:-}" ||
            die "LibTorch $VERSION could not be fetched (pip's index, $PYTORCH_INDEX, $ARCHIVE_URL)" \
                "check the network and start again (the download resumes), or set Torch_DIR to a LibTorch you have"
    fi
    # This file is the last resort and no checksum of it is pinned: the wheels above are.
    say "libtorch: archive sha256 $(sha256_of "$DOWNLOADS/$ARCHIVE") (not pinned; trusted because of HTTPS)"
    fetched="$DOWNLOADS/$ARCHIVE"
    top=libtorch
    stamp="$STAMP archive $(sha256_of "$fetched")"
fi

# Left out: what only Python needs, and PyTorch's own test libraries.
unzip -qq "$fetched" "$top/include/*" "$top/lib/*" "$top/share/cmake/*" \
    -x "$top/lib/libtorch_python*" "$top/lib/libshm*" "$top/lib/libjitbackend_test*" \
    "$top/lib/libtorchbind_test*" "$top/lib/libbackend_with_compiler*" "$top/lib/libaoti_custom_ops*" \
    -d "$SCRATCH" || {
    rm -f "$fetched"
    die "$fetched could not be unpacked" "it was removed: start again"
}
[ -f "$SCRATCH/$top/lib/libtorch_cpu.so" ] || die "$fetched has no lib/libtorch_cpu.so"
grep -qF "\"$VERSION" "$SCRATCH/$top/share/cmake/Torch/TorchConfigVersion.cmake" ||
    die "$fetched is not LibTorch $VERSION"
install_dir "$SCRATCH/$top" "$TARGET" "$stamp"
rm -f "$fetched" "$DOWNLOADS/$ARCHIVE.part" # checked and unpacked; 192 MB for nothing otherwise
say "libtorch: ready in $TARGET ($(du -sm "$TARGET" | cut -f1) MiB, $((SECONDS - started)) s)"
