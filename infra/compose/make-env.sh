#!/bin/sh
# Writes .env for docker-compose.yml: .env.example with a random password wherever it leaves one empty.
set -eu
cd "$(dirname "$0")/../.."
if [ -e .env ]; then
  echo "There is an .env already; it stays as it is. The volumes were made with its passwords." >&2
  exit 0
fi
umask 077
while IFS= read -r line; do
  case $line in
    [A-Z]*_PASSWORD=) line=$line$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n') ;;
  esac
  printf '%s\n' "$line"
done < .env.example > .env
echo "Wrote .env with new passwords." >&2
