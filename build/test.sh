#!/usr/bin/env bash
# Builds the solution and runs every test. The last line printed is "N passed, N failed".
#   build/test.sh             everything
#   build/test.sh FILTER      only the tests whose full name contains FILTER
# Needs the .NET SDK; fetches PostgreSQL 13 to 18 and PgBouncer where they are missing. PGQUEUE_TEST_DB names a server for the tests that can share one.
# PGQUEUE_TEST_SECONDS (default 1140) bounds the whole run: what is over it is stopped and counts as failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

deadline=$((SECONDS + ${PGQUEUE_TEST_SECONDS:-1140}))
passed=0 failed=0 broken=0
results=$(mktemp -d)

finish() {
  local code=$?
  trap - EXIT
  rm -rf "$results"
  # a run that broke before any test could say so must not read as a success
  if [ "$failed" = 0 ] && { [ "$code" != 0 ] || [ "$broken" != 0 ] || [ "$passed" = 0 ]; }; then failed=1; fi
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] || exit 1
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() { printf 'test.sh: %s\n' "$*" >&2; exit 1; }

bounded() {
  local left=$((deadline - SECONDS))
  [ "$left" -gt 0 ] || fail "out of time after $SECONDS s"
  if command -v timeout >/dev/null 2>&1; then timeout --kill-after=10 "$left" "$@"; else "$@"; fi
}

# Adds one results file to the sums.
count() {
  local counters total executed good
  counters=$(tr -d '\r' <"$1" | grep -o '<Counters [^>]*>' | tail -n 1)
  total=$(number total) executed=$(number executed) good=$(number passed)
  passed=$((passed + good))
  failed=$((failed + executed - good))
  [ "$executed" = "$total" ] || printf 'test.sh: %s skipped in %s\n' $((total - executed)) "$(basename "$1" .trx)"
}

number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters" | grep . || echo 0; }

command -v dotnet >/dev/null 2>&1 ||
  fail "dotnet is not on the PATH. Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

# the process tests need every supported version and a pooler, also where a server is named
bounded build/postgres.sh --versions "13 14 15 16 17 18" --pgbouncer

# no build server may outlive the script: it would hold a pipe that reads our output open
alone=(-nodeReuse:false -p:UseSharedCompilation=false)
bounded dotnet build PgQueue.Hosting.sln -c Release -v quiet "${alone[@]}" || fail "the build failed"

only=()
[ $# = 0 ] || only=(--filter "FullyQualifiedName~$1")
for project in $(grep -l '<IsTestProject>true' test/*/*.csproj); do
  name=$(basename "$project" .csproj)
  code=0
  bounded dotnet test "$project" -c Release --no-build "${only[@]}" --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 4m --blame-hang-dump-type none || code=$?
  if [ -f "$results/$name.trx" ]; then
    before=$failed
    count "$results/$name.trx"
    [ "$code" = 0 ] || [ "$failed" -gt "$before" ] || { broken=1; echo "test.sh: $name crashed or hung (exit code $code)" >&2; }
  elif [ "$code" != 0 ] || [ $# = 0 ]; then
    broken=1
    echo "test.sh: $name gave no results (exit code $code)" >&2
  fi
done
