#!/bin/sh
# Make the virtual environment and install the locked packages: `sh ops/dev/setup.sh embedded|dev`.
# A second call with nothing changed takes a few milliseconds.
set -eu
cd "$(dirname "$0")/../.."
wanted=${1:-embedded}

new_enough() { "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
can_pip() { "$1" -c 'import ensurepip' >/dev/null 2>&1; }

# A pyenv shim exists for every version ever installed and fails when run, so each candidate has to answer.
find_python() {
    for python in python3.13 python3.12 python3 \
        "${PYENV_ROOT:-${HOME:-/root}/.pyenv}"/versions/3.13*/bin/python3 \
        "${PYENV_ROOT:-${HOME:-/root}/.pyenv}"/versions/3.12*/bin/python3; do
        if new_enough "$python" && can_pip "$python"; then
            command -v "$python"
            return
        fi
    done
}

# Pango sets the text of PDFs. All else works without it, so a machine that cannot install it only reads a sentence.
can_set_text() {
    .venv/bin/python -c 'from ctypes import CDLL
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"): CDLL(name)' 2>/dev/null
}
look_for_pango() {
    if [ -e .venv/.pango ]; then return; fi
    if ! can_set_text && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        echo "setup: installing Pango, which sets the text of PDFs"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; } >/dev/null 2>&1 || true
    fi
    can_set_text || echo "setup: no Pango here, so no PDFs; the README says which packages bring it" >&2
    : >.venv/.pango
}

stamp=$(cat "requirements/$wanted.txt" | cksum | tr ' ' -)
current() { [ "$(cat ".venv/.$1" 2>/dev/null)" = "$(cat "requirements/$1.txt" | cksum | tr ' ' -)" ]; }

if [ -x .venv/bin/python ] && new_enough .venv/bin/python; then
    if current "$wanted" || { [ "$wanted" = embedded ] && current dev; }; then
        look_for_pango
        exit 0
    fi
else
    python=$(find_python)
    if [ -n "$python" ]; then
        echo "setup: a virtual environment with $("$python" --version)"
        "$python" -m venv --clear .venv
    elif command -v uv >/dev/null 2>&1; then
        echo "setup: a virtual environment with Python 3.13 from uv"
        uv venv --quiet --clear --seed --python 3.13 .venv
    else
        echo "Opsdeck needs Python 3.12 or newer (3.13 is best) with its venv module, and found none." >&2
        echo "Install python3.13 (on Debian and Ubuntu also python3.13-venv), or uv, then run this again." >&2
        exit 1
    fi
fi

echo "setup: installing the packages of requirements/$wanted.txt"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
    -r "requirements/$wanted.txt"
echo "$stamp" >".venv/.$wanted"
look_for_pango
