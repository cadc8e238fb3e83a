#!/usr/bin/env bash
# Copies one revision of weights from the region's bucket to the shared file system.
# The marker is written last, after every checksum was right; a second run finds it and does nothing.
# Needs bash, coreutils and the AWS CLI, because its image has little else.
#   BUCKET   bucket of this region
#   PREFIX   <model>/<revision>
#   ROOT     where the file system is mounted
#   PAUSE    seconds between attempts
#   ATTEMPTS how often to try before giving up
set -euo pipefail

target="$ROOT/$PREFIX"
marker="$target/.complete"
staging="$ROOT/.filling/$PREFIX"
manifest="$staging/manifest.sha256"
report=$(mktemp)

if [ -f "$marker" ]; then
  echo "$PREFIX is already complete"
  exit 0
fi

mkdir -p "$staging"
for attempt in $(seq 1 "$ATTEMPTS"); do
  if ! aws s3 cp --only-show-errors "s3://$BUCKET/$PREFIX/manifest.sha256" "$manifest"; then
    echo "attempt $attempt: waiting for the manifest to be replicated here"
    sleep "$PAUSE"
    continue
  fi
  aws s3 sync --only-show-errors --exclude manifest.sha256 "s3://$BUCKET/$PREFIX/" "$staging/"
  if (cd "$staging" && sha256sum --check --strict manifest.sha256) > "$report" 2> /dev/null; then
    mkdir -p "$(dirname "$target")"
    rm -rf "$target"
    mv "$staging" "$target"
    sync
    touch "$marker"
    echo "$PREFIX is complete"
    exit 0
  fi
  # A file that is missing has not been replicated yet; one with the wrong sum is removed, so that it is copied again.
  echo "attempt $attempt: not whole yet:"
  while IFS= read -r line; do
    case "$line" in
      *": FAILED"*)
        echo "  ${line%%: FAILED*}"
        rm -f "$staging/${line%%: FAILED*}"
        ;;
    esac
  done < "$report"
  sleep "$PAUSE"
done
echo "$PREFIX did not become whole in $ATTEMPTS attempts; compare the bucket with its manifest" >&2
exit 1
