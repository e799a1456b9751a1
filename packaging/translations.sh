#!/usr/bin/env bash
# Brings resources/translations/*.ts up to date with the strings in ui/ and app/: new ones come
# unfinished, vanished ones go. --check changes nothing and fails, naming what is out of date or
# untranslated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
    --check) is_check=true ;;
    '') is_check=false ;;
    *)
        echo "Usage: packaging/translations.sh [--check]" >&2
        exit 2
        ;;
esac
lupdate=
for name in lupdate6 lupdate-qt6 "$(qmake6 -query QT_INSTALL_BINS 2>/dev/null)/lupdate" \
    /usr/lib/qt6/bin/lupdate; do
    if lupdate="$(command -v "$name")"; then break; fi
done
if [ -z "$lupdate" ]; then
    echo "packaging/translations.sh: error: Qt 6's lupdate is missing" >&2
    echo "          on Debian 12: apt-get install qt6-l10n-tools" >&2
    exit 1
fi

# update LANGUAGE FILE: English is the strings' own language and has plural forms only.
update() {
    local plural=()
    if [ "$1" = en_US ]; then plural=(-pluralonly); fi
    "$lupdate" -silent -I . ui app -no-obsolete -locations none -source-language en_US \
        -target-language "$1" "${plural[@]}" -ts "$2"
}

# unfinished FILE: the sources of what has no translation, one a line.
unfinished() {
    awk '/<source>/ { source = $0; gsub(/^ *<source>|<\/source>.*$/, "", source) }
         /type="unfinished"/ { print "  " source }' "$1"
}

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
status=0
for file in resources/translations/spanwise_*.ts; do
    language="$(sed -n 's/.*<TS [^>]*[ ]language="\([^"]*\)".*/\1/p' "$file")"
    copy="$folder/$(basename "$file")"
    cp "$file" "$copy"
    update "$language" "$copy"
    if ! cmp -s "$file" "$copy"; then
        if $is_check; then
            echo "$file is out of date; packaging/translations.sh updates it:" >&2
            diff "$file" "$copy" | grep '^[<>] *<source>' >&2 || true
            status=1
        else
            cp "$copy" "$file"
        fi
    fi
    left="$(unfinished "$copy")"
    if [ -n "$left" ]; then
        echo "$file lacks translations of:" >&2
        printf '%s\n' "$left" >&2
        if $is_check; then status=1; fi
    fi
done
exit "$status"
