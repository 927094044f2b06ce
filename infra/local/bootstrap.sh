#!/bin/sh
# Makes a fresh machine able to run the project (needs Node 20 or newer and npm), then runs one of its programs with the
# pinned Node. Called by `npm start` and `npm test`; does nothing where everything is installed already.
set -eu
cd "$(dirname "$0")/../.."

program=$1
shift

# npm places a copy of the lock file in node_modules: the stamp says that this very lock is installed.
stamp=node_modules/.meerkat-installed
if ! cmp -s package-lock.json "$stamp"; then
  echo "Installing packages (once per change of package-lock.json) ..." >&2
  # What the lock file pins, without writing it: `npm ci` would refuse a registry that carries no binaries for
  # platforms other than this one. No install scripts: every native part comes prebuilt inside its package.
  npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi

node=node_modules/.bin/node
if [ ! -x "$node" ]; then
  echo "No pinned Node for $(uname -s) $(uname -m) came with the packages; using the one on the PATH ($(node --version))." >&2
  major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
  if [ "$major" -lt 24 ]; then
    echo "Meerkat needs Node 24 or newer to run its TypeScript sources. Install it, or use Linux (x64, arm64) or macOS (x64)." >&2
    exit 1
  fi
  node=node
fi
PATH="$PWD/node_modules/.bin:$PATH"
NODE_COMPILE_CACHE="$PWD/node_modules/.cache/meerkat-compile"
export PATH NODE_COMPILE_CACHE

case $program in
  start) exec "$node" --v8-pool-size=1 infra/local/src/main.ts "$@" ;;
  test) exec "$node" tooling/verify/src/main.ts "$@" ;;
  *) echo "bootstrap.sh: unknown program $program" >&2; exit 2 ;;
esac
