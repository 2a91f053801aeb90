#!/usr/bin/env bash
# Runs the main sample: gets PostgreSQL if none is there, takes 2,000 orders, delivers each as a webhook, kills a worker on the way
# and ends by itself with the sample's exit code (0 when every order came out right). Arguments go to the sample.
#   PGQUEUE_DB="Host=...;Database=..." build/demo.sh     uses an existing server
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v dotnet >/dev/null || { echo "demo.sh: install the .NET 10 SDK first: https://dotnet.microsoft.com/download" >&2; exit 2; }

if [ -z "${PGQUEUE_DB:-}" ]; then
  "$root/build/postgres.sh"
fi

cd "$root"
dotnet build samples/Orders --configuration Release --verbosity quiet --nologo
exec dotnet samples/Orders/bin/Release/net10.0/Orders.dll --kill "$@"
