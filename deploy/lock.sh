#!/bin/sh
# The requirements files say exactly what is installed, with hashes.
set -eu
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install -q uv
compile="$tools/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q"
$compile -o requirements.txt
$compile --extra test -c requirements.txt -o tests/requirements.txt
$compile --extra audit -c requirements.txt -c tests/requirements.txt -o deploy/audit-requirements.txt
