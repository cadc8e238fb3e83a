"""The other plan of `--against`: a saved one, or a revision's stack file planned by today's code.

The only file of the planner that runs a program, and it runs git alone, to read.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from components.planning import figures
from components.planning.fleet import plan_fleet
from components.settings import stackfile
from components.settings.mistakes import Mistake, Mistakes
from components.settings.understanding import understand


def other_data(other: str, stack: str, root: Path = stackfile.ROOT) -> dict[str, Any]:
    """Of a file that exists, or of a git revision; raises `Mistakes` where it is neither."""
    if Path(other).is_file():
        return _saved(Path(other))
    name = f"Pulumi.{stack}.yaml"
    text = _at_revision(other, name, root)
    fleet = stackfile.parse(text, stack, f"{name} of {other}").fleet
    try:
        return figures.data(understand(fleet, stack, plan_fleet))
    except Mistakes as refused:
        title = f"{name} of {other} does not describe a fleet to today's planner"
        raise Mistakes(refused.mistakes, title) from None


def _saved(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text())
    except (ValueError, OSError) as broken:
        raise Mistakes([Mistake(path.name, f"is not JSON: {broken}")], "no plan to compare with") from None
    if not isinstance(data, dict) or not {"models", "usd_per_month", "costs_usd_per_month"} <= set(data):
        text = "is no plan; save one with `python -m components.planning --json`"
        raise Mistakes([Mistake(path.name, text)], "no plan to compare with")
    return data


def _at_revision(revision: str, name: str, root: Path) -> str:
    # After a colon git reads a path; a revision that began with a dash would be read as an option.
    command = ["git", "-C", str(root), "show", "--end-of-options", f"{revision}:./{name}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as broken:
        raise Mistakes(
            [Mistake("--against", f"git cannot be run: {broken}")], "no plan to compare with"
        ) from None
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["git gave no reason"]
        text = f"{revision} is neither a file nor a revision with {name}: {said[0].removeprefix('fatal: ')}"
        raise Mistakes([Mistake("--against", text)], "no plan to compare with")
    return done.stdout
