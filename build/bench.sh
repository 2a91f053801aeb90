#!/usr/bin/env bash
# Benchmarks: ./build/bench.sh [--quick] [--only drain,backlog,enqueue,pickup,horizon,flat,cron,stats] [--flat-minutes 30]. Ends with lines "figure NAME VALUE".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v dotnet >/dev/null || { echo "Install the .NET 10 SDK: https://dot.net" >&2; exit 1; }
./build/postgres.sh
dotnet build test/PgQueue.Bench -c Release -v quiet --nologo
exec dotnet test/PgQueue.Bench/bin/Release/net10.0/PgQueue.Bench.dll "$@"
