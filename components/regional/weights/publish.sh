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
# Neither find nor xargs is in the image; ** leaves out what begins with a dot, the hub's own cache among it.
shopt -s globstar nullglob
for file in **/*; do
  [ -f "$file" ] && sha256sum "$file" >> "$manifest"
done
[ -s "$manifest" ] || { echo "nothing was downloaded for $PREFIX" >&2; exit 1; }
aws s3 sync --only-show-errors --exclude '.*' --exclude '*/.*' . "s3://$BUCKET/$PREFIX/"
aws s3 cp --only-show-errors "$manifest" "s3://$BUCKET/$PREFIX/manifest.sha256"
echo "$PREFIX is published"
