#!/usr/bin/env bash
# Everything that building and running Spanwise needs, one script each; nothing to do the second time.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
for step in apt libtorch encoder ksyntaxhighlighting; do
    "$here/$step.sh"
done
