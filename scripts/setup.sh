#!/usr/bin/env bash
# One step of `make setup`: python | npm | build. Each leaves a stamp in .setup/ when it has succeeded, and only then.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .setup

stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

ticking() { # what, command…: a line every three seconds until the command is done; its words only when it fails
  local what=$1 seconds=0 code=0 log
  shift
  log=$(mktemp)
  echo "setup: $what"
  "$@" >"$log" 2>&1 &
  local pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.25
    seconds=$((seconds + 1))
    if [ $((seconds % 12)) = 0 ]; then echo "setup: $what … $((seconds / 4)) s"; fi
  done
  wait "$pid" || code=$?
  if [ "$code" != 0 ]; then tail -n 40 "$log" >&2; fi
  rm -f "$log"
  return "$code"
}

apt() { # package…
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"
}

locked() { # -r FILE
  .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --no-compile --no-deps --require-hashes "$@"
}

python_step() {
  local python=${PYTHON:-python3}
  command -v "$python" >/dev/null || stop "There is no $python: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "$("$python" --version) is too old: Onedoor needs Python 3.11 or newer (PYTHON=… names another)."
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || stop "This Python cannot make virtual environments: sudo apt-get install python3-venv"
      ticking "installing python3-venv with apt-get" apt python3-venv || stop "python3-venv could not be installed; apt's lines stand above."
    fi
    ticking "making .venv" "$python" -m venv --clear .venv || stop "The virtual environment could not be made."
  fi
  # An older pip, as Debian's, takes twice as long over the list.
  sed -n '/^pip==/,/^    #/p' requirements/dev.txt >.setup/pip.txt
  ticking "installing the locked pip" locked -r .setup/pip.txt || stop "pip could not be installed; its lines stand above. Is the package index within reach?"
  ticking "installing the locked Python packages" locked -r requirements/dev.txt || stop "The packages could not be installed; pip's lines stand above. Is the package index within reach?"
  ticking "installing onedoor" .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable . \
    || stop "Onedoor itself could not be installed; pip's lines stand above."
  # Only what is read is compiled, by reading it: a quarter of what is installed.
  ticking "compiling" .venv/bin/python -c 'from onedoor.web import children; children.read_program()' || stop "Onedoor cannot be read; the lines stand above."
  touch .setup/python
}

node_there() {
  command -v node >/dev/null && command -v npm >/dev/null || stop "There is no Node.js: install Node 20 or newer with npm; it builds the pages' scripts."
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || stop "Node $(node --version) is too old: Onedoor needs Node 20 or newer."
}

npm_step() {
  node_there
  ticking "installing the locked npm packages" npm --prefix frontend ci --no-audit --no-fund --loglevel=error || stop "The npm packages could not be installed; npm's lines stand above."
  touch .setup/npm
}

build_step() {
  node_there
  ticking "building the pages' scripts" npm --prefix frontend run --silent build || stop "The build failed; its lines stand above."
  touch .setup/built
}

case ${1-} in
  python) python_step ;;
  npm) npm_step ;;
  build) build_step ;;
  *) stop "wrong use: scripts/setup.sh python|npm|build" ;;
esac
