#!/usr/bin/env bash
# Uploads a downloaded revision to the origin bucket, its manifest of checksums last: a manifest means all is there.
#   BUCKET  origin bucket
#   PREFIX  <model>/<revision>
#   FILES   where the download lies
#   STEP    `check` before the download, `upload` after it
set -euo pipefail

mkdir -p "$FILES"
published="$FILES/.published"
if [ "$STEP" = check ]; then
  if aws s3api head-object --bucket "$BUCKET" --key "$PREFIX/manifest.sha256" > /dev/null 2>&1; then
    touch "$published"
    echo "$PREFIX is already published"
  fi
  exit 0
fi
[ -f "$published" ] && exit 0

cd "$FILES"
manifest=$(mktemp)
find . -type f -not -path './.cache/*' -printf '%P\0' | sort -z | xargs -0 sha256sum > "$manifest"
[ -s "$manifest" ] || { echo "nothing was downloaded for $PREFIX" >&2; exit 1; }
aws s3 sync --only-show-errors --exclude '.cache/*' . "s3://$BUCKET/$PREFIX/"
aws s3 cp --only-show-errors "$manifest" "s3://$BUCKET/$PREFIX/manifest.sha256"
echo "$PREFIX is published"
