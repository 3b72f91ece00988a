#!/bin/sh
# Writes the lock files anew from the .in files: exact versions with hashes, no registry's name.
set -eu
cd "$(dirname "$0")"
for set in runtime local develop infra; do
  constraint=$([ "$set" = infra ] || [ ! -f develop.txt ] || echo "--constraint develop.txt")
  [ "$set" = develop ] && constraint=""
  # shellcheck disable=SC2086
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
     --no-emit-index-url --no-emit-find-links $constraint "$set.in" -o "$set.txt"
done
