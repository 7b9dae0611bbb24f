#!/usr/bin/env bash
# Installs the peers of the benchmark at the versions that package-lock.json names, and PostgreSQL from Debian where there is none. Installs nothing
# again that is there. What cannot be had is said here and shows as "not installed" in the results; it does not end the benchmark.
set -uo pipefail
cd "$(dirname "$0")"

stamp=node_modules/.installed
if ! command -v npm >/dev/null; then
  echo "bench/peers: npm is not installed, so DuckDB, chdb and Restate are not either" >&2
elif ! cmp -s package-lock.json "$stamp"; then
  # No install scripts: the programs come inside the packages, and one of the packages would only report to its makers. Not `npm ci`: it refuses a
  # lock file that lacks the builds for other systems, as this one does.
  npm install --no-save --ignore-scripts --loglevel=error >&2 && cp package-lock.json "$stamp" || echo "bench/peers: npm install failed" >&2
fi

if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2 || echo "bench/peers: postgresql could not be installed" >&2
  else
    echo "bench/peers: PostgreSQL is not installed; as root, or with: apt-get install postgresql" >&2
  fi
fi
exit 0
