#!/bin/sh
# Writes the lock files anew from the .in files: exact versions with hashes, no registry's name.
# Versions that are locked already stay; `./lock.sh --upgrade` takes newer ones. Needs uv.
set -eu
cd "$(dirname "$0")"
lock() {
  set="$1"; shift
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
     --no-emit-index-url --no-emit-find-links "$set.in" -o "$set.txt" "$@"
}
lock develop "$@"
lock local --constraint develop.txt "$@"
lock runtime --constraint develop.txt "$@"
lock infra "$@"
lock supply --constraint develop.txt "$@"
