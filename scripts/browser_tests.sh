#!/usr/bin/env bash
# The browser tests, with the Chromium that scripts/browser.sh has found.
set -euo pipefail
cd "$(dirname "$0")/.."
set -a
# shellcheck disable=SC1091
. .setup/browser.env
set +a
code=0
.venv/bin/pytest -n 3 --maxschedchunk 1 -m browser "$@" || code=$?
[ "$code" = 5 ] && { echo "No browser test among $*."; code=0; }   # 5: nothing collected
exit "$code"
