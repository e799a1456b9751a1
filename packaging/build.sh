# Configure and build, for packaging/run and packaging/test; sourced, never run.
# shellcheck shell=bash
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"

# A compile job of the LibTorch sources takes up to about 1.5 GB.
jobs_for_memory() {
    local cores free_gib jobs
    cores="$(nproc)"
    free_gib="$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)"
    jobs=$((free_gib / 2))
    [ "$jobs" -le "$cores" ] || jobs="$cores"
    [ "$jobs" -ge 1 ] || jobs=1
    printf '%s' "$jobs"
}

# configure PRESET [CMAKE-ARGUMENT...]: only when the cache is absent or was made with other
# arguments; ninja re-runs CMake by itself when a CMakeLists.txt changes.
configure() {
    local preset="$1" build="$ROOT/build/$1" key
    shift
    local arguments=("-DSPANWISE_DEPS=$DEPS" "$@")
    # On the compiler that CI uses a warning is an error for everybody, so that run and test share
    # one build; another compiler's new warnings stop nobody.
    if is_debian_12 && [ -z "${CXX:-}" ]; then arguments+=(-DSPANWISE_WERROR=ON); fi
    if [ -n "${Torch_DIR:-}" ]; then arguments+=("-DTorch_DIR=$Torch_DIR"); fi
    key="$(printf '%s\n' "${arguments[@]}" "$(cat "$ROOT/CMakePresets.json")" | sha256sum)"
    if [ -f "$build/build.ninja" ] && [ "$(cat "$build/.configured" 2>/dev/null)" = "$key" ]; then
        return 0
    fi
    (cd "$ROOT" && cmake --preset "$preset" --log-level=WARNING -Wno-dev "${arguments[@]}") >&2
    printf '%s\n' "$key" >"$build/.configured"
}

# build PRESET [TARGET...]
build() {
    local preset="$1"
    shift
    # Paths relative to the checkout, so that the cache serves every checkout of it.
    export CCACHE_BASEDIR="$ROOT" CCACHE_NOHASHDIR=1
    (cd "$ROOT" && cmake --build --preset "$preset" --parallel "$(jobs_for_memory)" ${1:+--target "$@"}) >&2
}

# Sets SPANWISE_MODELS, so that programs and tests find the encoder wherever DEPS is.
use_encoder() {
    if [ -z "${SPANWISE_MODELS:-}" ]; then SPANWISE_MODELS="$("$ROOT/packaging/setup/encoder.sh" --where)"; fi
    export SPANWISE_MODELS
}
