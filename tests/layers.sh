#!/usr/bin/env bash
# Include lines are written from the root, so each shows its layer.  This holds them to DESIGN.md 3:
#   base <- core <- {wire, store} <- ledger <- {net, ingest, notify} <- app <- cli
# each room free to use what stands left of it, none its neighbour in braces; pipelines/ shares only
# daemon/base and daemon/link; core reads no clock and knows no JSON.
# Usage: tests/layers.sh [ROOT] | tests/layers.sh --self-test
set -euo pipefail

declare -A may_use=(
  [base]="base"
  [core]="base core"
  [wire]="base core wire schema"
  [store]="base core store schema"
  [ledger]="base core wire store ledger schema"
  [net]="base core wire store ledger net schema"
  [ingest]="base core wire store ledger ingest link"
  [notify]="base core wire store ledger notify"
  [link]="base link"
  [sys]="base sys"
  [app]="base core wire store ledger net ingest notify link sys app schema"
  [cli]="base core wire store ledger net ingest notify link sys app cli schema"
  [pipelines]="base link pipelines schema"
)
core_never='daemon/base/(clock|log|post|lane)\.h|jansson\.h|sqlite3\.h|gio/|libwebsockets|sys/|unistd\.h|stdio\.h|time\.h'

# daemon/core/alert.h -> core; pipelines/gate.h -> pipelines; anything else in quotes -> nothing
room_of() {
  case $1 in
  daemon/*/*) local rest=${1#daemon/}; echo "${rest%%/*}" ;;
  pipelines/*) echo pipelines ;;
  schema/*) echo schema ;;
  esac
}

check_tree() {
  local root=$1 wrong=0 file line header from to
  while IFS=: read -r file line header; do
    from=$(room_of "$file")
    if [ -z "${may_use[$from]:-}" ]; then
      echo "$file:$line: the room \"$from\" is not in tests/layers.sh" && wrong=1 && continue
    fi
    to=$(room_of "$header")
    if [ -z "$to" ]; then
      echo "$file:$line: \"$header\": write includes from the root, as daemon/core/alert.h" && wrong=1
    elif [[ " ${may_use[$from]} " != *" $to "* ]]; then
      echo "$file:$line: $from may not use $to ($header)" && wrong=1
    fi
  done < <(cd "$root" && find daemon pipelines -name '*.[ch]' -exec grep -HnoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]+"' {} + |
    sed -E 's/:([0-9]+):[^"]*"([^"]+)"$/:\1:\2/' | sort)
  while IFS= read -r line; do
    echo "$line: core decides and does not act: values come in as parameters" && wrong=1
  done < <(cd "$root" && find daemon/core -name '*.[ch]' -exec grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($core_never)" {} +)
  return $wrong
}

# A check that cannot fail proves nothing: each forbidden arrow must be found, each allowed one pass.
self_test() {
  local tree failed=0
  tree=$(mktemp -d)
  trap "rm -rf '$tree'" EXIT
  mkdir -p "$tree"/daemon/{base,core,wire,store,ledger,net,ingest,notify,link,app} "$tree"/pipelines
  try() { # allowed|forbidden, file, include line
    printf '%s\n' "$3" >"$tree/$2"
    local verdict=forbidden
    check_tree "$tree" >/dev/null && verdict=allowed
    rm "$tree/$2"
    [ "$verdict" = "$1" ] || { echo "self-test: $2 with $3 should be $1" && failed=1; }
  }
  try allowed daemon/core/a.c '#include "daemon/base/types.h"'
  try allowed daemon/ledger/a.c '#include "daemon/store/journal.h"'
  try allowed daemon/app/a.c '#include "daemon/net/server.h"'
  try allowed daemon/ingest/a.c '#include "daemon/link/frame.h"'
  try allowed pipelines/a.c '#include "daemon/link/frame.h"'
  try forbidden daemon/base/a.c '#include "daemon/core/alert.h"'
  try forbidden daemon/core/a.h '#include "daemon/wire/decode.h"'
  try forbidden daemon/wire/a.c '#include "daemon/store/journal.h"'
  try forbidden daemon/store/a.c '#include "daemon/wire/decode.h"'
  try forbidden daemon/net/a.c '#include "daemon/ingest/worker.h"'
  try forbidden daemon/net/a.c '  #  include "daemon/notify/phone.h"'
  try forbidden daemon/ledger/a.c '#include "daemon/link/frame.h"'
  try forbidden pipelines/a.c '#include "daemon/core/alert.h"'
  try forbidden daemon/net/a.c '#include "server.h"'
  try forbidden daemon/core/a.c '#include "daemon/base/clock.h"'
  try forbidden daemon/core/a.c '#include <jansson.h>'
  return $failed
}

case ${1:-} in
--self-test) self_test ;;
*) check_tree "${1:-$(dirname "$0")/..}" && echo "includes keep the layers" ;;
esac
