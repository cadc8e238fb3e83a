"""The scripts run for real, with a folder for the bucket and a small program for the AWS CLI."""

import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[4] / "components/regional/weights"
PREFIX = "llama/0123abcd"

AWS = """#!/usr/bin/env bash
# A bucket is a folder below $BUCKETS.
set -euo pipefail
local_path() { case "$1" in s3://*) echo "$BUCKETS/${1#s3://}";; *) echo "$1";; esac; }
verb="$1 $2"; shift 2
case "$verb" in
  "s3 cp")
    [ "$1" = --only-show-errors ] && shift
    from=$(local_path "$1"); to=$(local_path "$2")
    mkdir -p "$(dirname "$to")"; cp "$from" "$to" ;;
  "s3 sync")
    args=()
    while [ $# -gt 0 ]; do
      case "$1" in --only-show-errors) shift;; --exclude) shift 2;; *) args+=("$1"); shift;; esac
    done
    from=$(local_path "${args[0]}"); to=$(local_path "${args[1]}")
    mkdir -p "$to"; (cd "$from" && find . -type f ! -name manifest.sha256 ! -path '*/.*' -exec sh -c \
      'mkdir -p "$2/$(dirname "$1")"; [ -f "$2/$1" ] || cp "$1" "$2/$1"' _ {} "$to" \\;) ;;
  "s3api head-object")
    while [ $# -gt 0 ]; do case "$1" in --bucket) b="$2"; shift 2;; --key) k="$2"; shift 2;; *) shift;; esac; done
    [ -f "$BUCKETS/$b/$k" ] ;;
esac
"""


@pytest.fixture
def world(tmp_path):
    """PATH with our `aws`, and where buckets and the file system lie."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    aws = binaries / "aws"
    aws.write_text(AWS)
    aws.chmod(aws.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "buckets").mkdir()
    (tmp_path / "root").mkdir()
    return tmp_path


def run(world, script, **environment):
    told = {
        "PATH": f"{world / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "BUCKETS": str(world / "buckets"),
        "PREFIX": PREFIX,
        **environment,
    }
    return subprocess.run(
        ["bash", str(SCRIPTS / script)], env=told, capture_output=True, text=True, check=False
    )


def fill(world, attempts=1):
    return run(world, "fill.sh", BUCKET="region", ROOT=str(world / "root"), PAUSE="0", ATTEMPTS=str(attempts))


def publish(world, step):
    return run(world, "publish.sh", BUCKET="origin", FILES=str(world / "files"), STEP=step)


def bucket_with(world, bucket, files, manifest=None):
    folder = world / "buckets" / bucket / PREFIX
    lines = []
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
        lines.append(f"{hashlib.sha256(content.encode()).hexdigest()}  {name}\n")
    (folder / "manifest.sha256").write_text(manifest if manifest is not None else "".join(lines))
    return folder


FILES = {"config.json": "{}", "shards/model-1.safetensors": "weights", "with space.txt": "x"}


def test_weights_are_copied_checked_and_marked_last(world):
    bucket_with(world, "region", FILES)
    done = fill(world)
    assert done.returncode == 0, done.stderr
    target = world / "root" / PREFIX
    assert {name: (target / name).read_text() for name in FILES} == FILES
    assert (target / ".complete").exists()
    assert not (world / "root/.filling" / PREFIX).exists()


def test_a_second_run_does_nothing(world):
    bucket_with(world, "region", FILES)
    fill(world)
    marker = world / "root" / PREFIX / ".complete"
    before = marker.stat().st_mtime_ns
    again = fill(world)
    assert "is already complete" in again.stdout
    assert marker.stat().st_mtime_ns == before


def test_a_corrupt_file_is_never_served(world):
    bucket_with(world, "region", FILES)
    (world / "buckets/region" / PREFIX / "config.json").write_text("{ spoilt")
    done = fill(world, attempts=2)
    assert done.returncode == 1
    assert "did not become whole in 2 attempts" in done.stderr
    assert not (world / "root" / PREFIX).exists()


def test_a_damaged_copy_is_fetched_again(world):
    bucket_with(world, "region", FILES)
    staged = world / "root/.filling" / PREFIX
    staged.mkdir(parents=True)
    (staged / "config.json").write_text("half")
    assert fill(world, attempts=1).returncode == 1
    done = fill(world, attempts=1)
    assert done.returncode == 0, done.stdout
    assert (world / "root" / PREFIX / "config.json").read_text() == "{}"


def test_it_waits_for_files_that_replication_still_owes(world):
    folder = bucket_with(world, "region", FILES)
    (folder / "config.json").unlink()
    first = fill(world)
    assert first.returncode == 1
    assert "config.json" in first.stdout
    (folder / "config.json").write_text("{}")
    assert fill(world).returncode == 0


def test_a_manifest_that_lists_nothing_proves_nothing(world):
    bucket_with(world, "region", FILES, manifest="")
    assert fill(world).returncode == 1
    assert not (world / "root" / PREFIX).exists()


def test_without_a_manifest_nothing_is_copied(world):
    (world / "buckets/region").mkdir()
    done = fill(world, attempts=2)
    assert done.returncode == 1
    assert done.stdout.count("waiting for the manifest") == 2


def test_what_is_published_can_be_filled(world):
    folder = world / "files"
    for name, content in {**FILES, ".cache/lock": "junk"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    assert publish(world, "check").returncode == 0
    assert publish(world, "upload").returncode == 0
    (world / "buckets/origin").rename(world / "buckets/region")
    done = fill(world)
    assert done.returncode == 0, done.stdout
    served = {
        str(path.relative_to(world / "root" / PREFIX))
        for path in (world / "root" / PREFIX).rglob("*")
        if path.is_file()
    }
    assert served == {*FILES, ".complete", "manifest.sha256"}


def test_a_published_revision_is_not_downloaded_again(world):
    bucket_with(world, "origin", FILES)
    assert "already published" in publish(world, "check").stdout
    assert (world / "files/.published").exists()
    assert publish(world, "upload").returncode == 0


def test_an_empty_download_is_not_published(world):
    publish(world, "check")
    done = publish(world, "upload")
    assert done.returncode == 1
    assert "nothing was downloaded" in done.stderr
    assert not (world / "buckets/origin" / PREFIX / "manifest.sha256").exists()


HUB = """
import pathlib
def snapshot_download(repository, revision, local_dir, ignore_patterns):
    local_dir.mkdir(parents=True, exist_ok=True)
    pathlib.Path(local_dir, "model.safetensors").write_text(f"{repository}@{revision} without {ignore_patterns[0]}")
"""


def download(world, beside):
    """The download as the server's image would run it, with a stub of the hub's library."""
    (world / "huggingface_hub.py").write_text(HUB)
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(world),
        "FILES": str(world / "files"),
        "REPOSITORY": "openai/gpt-oss-20b",
        "REVISION": "0123abcd",
        "BESIDE": beside,
    }
    return subprocess.run(
        [sys.executable, str(SCRIPTS / "download.py")], env=told, capture_output=True, text=True, check=False
    )


def test_what_the_engine_would_ask_the_internet_for_is_published_with_the_weights(world):
    (world / "vocabulary").write_text("words")
    sum_ = hashlib.sha256(b"words").hexdigest()
    done = download(world, f"{sum_} tiktoken/o200k_base.tiktoken {(world / 'vocabulary').as_uri()}")
    assert done.returncode == 0, done.stderr
    assert (world / "files/tiktoken/o200k_base.tiktoken").read_text() == "words"
    assert (world / "files/model.safetensors").read_text() == "openai/gpt-oss-20b@0123abcd without original/*"


def test_a_file_that_is_not_the_pinned_one_is_refused(world):
    (world / "vocabulary").write_text("other words")
    done = download(world, f"{'0' * 64} tiktoken/o200k_base.tiktoken {(world / 'vocabulary').as_uri()}")
    assert done.returncode == 1
    assert "it is not the file that was pinned" in done.stderr
    assert not (world / "files/tiktoken/o200k_base.tiktoken").exists()


def test_a_revision_that_is_published_is_not_downloaded_again(world):
    (world / "files").mkdir()
    (world / "files/.published").touch()
    assert download(world, "").returncode == 0
    assert not (world / "files/model.safetensors").exists()
