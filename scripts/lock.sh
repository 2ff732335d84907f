#!/usr/bin/env bash
# Writes requirements/run.txt and requirements/dev.txt with the hash of every file. The package index alone is asked, without this
# machine's pip settings, so that nothing of this machine enters the files.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null .venv/bin/pip-compile --quiet --generate-hashes --strip-extras \
    --allow-unsafe --no-header --annotation-style=line --no-emit-index-url --no-emit-find-links "$@" pyproject.toml
}
echo "lock: requirements/run.txt (some minutes)"
compile --output-file requirements/run.txt
echo "lock: requirements/dev.txt (some minutes)"
compile --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
