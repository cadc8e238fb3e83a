"""What a change is compared with: a saved rehearsal, or the repository at a revision, rehearsed by its own code.

The revision's files are unpacked into a temporary folder and run with this virtual environment. They are code of this
repository's history, run as this user: compare with a revision that you would run.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from components.planning import against
from components.settings import stackfile
from components.settings.mistakes import Mistakes

NEEDED: Final = frozenset(
    {"budget_usd", "costs_usd_per_month", "failover", "models", "regions", "survival", "usd_per_month"}
)
"""Of a rehearsal's data; figures that came later are compared where both have them."""

SECONDS: Final = 300
"""After which a base that has not answered has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The data of a rehearsal, or why there is none."""

    told: str
    """As the person named it."""
    data: dict[str, Any] | None = None
    failure: str = ""


def base(told: str, stack: str, root: Path = stackfile.ROOT) -> Base:
    """Of a file that exists, or of a git revision; never raises for what the base itself does wrong."""
    if Path(told).is_file():
        try:
            return _whole(told, against.other_data(told, stack))
        except Mistakes as broken:
            return Base(told=told, failure=str(broken))
    # A revision that began with a dash would be read as an option.
    command = ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", told]
    try:
        packed = subprocess.run(command, capture_output=True, check=True).stdout
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        return Base(told=told, failure=f"{told} is neither a file nor a revision: {said}")
    except OSError as failed:
        return Base(told=told, failure=f"git cannot be run: {failed}")
    with tempfile.TemporaryDirectory(prefix="llm-fleet-base-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")
        return _rehearsed(told, stack, folder)


def _rehearsed(told: str, stack: str, folder: str) -> Base:
    try:
        done = _run(folder, stack, "--json", "--graph")
        if done.returncode == 2 and "--graph" in done.stderr:
            done = _run(folder, stack, "--json")
    except subprocess.TimeoutExpired:
        return Base(told=told, failure=f"its rehearsal took longer than {SECONDS} s")
    try:
        # A stack that policy refuses is told as data all the same.
        data = json.loads(done.stdout)
    except ValueError:
        return Base(told=told, failure=_last_words(done.stderr) or "its rehearsal said nothing")
    return _whole(told, data)


def _whole(told: str, data: Any) -> Base:
    lacking = sorted(NEEDED - set(data)) if isinstance(data, dict) else ["everything"]
    if lacking:
        return Base(told=told, failure=f"its rehearsal lacks {', '.join(lacking)}")
    return Base(told=told, data=data)


def _run(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "rehearsal", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
    )


def _last_words(text: str) -> str:
    """Of an error: all its mistakes, or a traceback's last line."""
    lines = text.strip().splitlines()
    return lines[-1] if lines and lines[0].startswith("Traceback") else "\n".join(lines[:20])
