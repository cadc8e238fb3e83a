"""`python -m rehearsal prod`: everything `pulumi up` would build, what it costs, and whether policy allows it."""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from components.planning.fleet import plan_fleet
from components.planning.terminal import console
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand

if TYPE_CHECKING:
    from rehearsal.outcome import Outcome


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """One stack, one form of the answer, and files for panes of other programs."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.epilog = "`replay` in place of a stack plays recorded traffic: python -m rehearsal replay --help"
    parser.add_argument("stack", nargs="?", default="prod", help="which Pulumi.<stack>.yaml to rehearse")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="data instead of a report")
    form.add_argument("--markdown", action="store_true", help="a review, as a comment on a pull request")
    parser.add_argument("--graph", action="store_true", help="with --json: every resource with its inputs")
    parser.add_argument(
        "--against", metavar="BASE", help="with --markdown: a git revision, or a file of --json --graph"
    )
    parser.add_argument("--sarif", type=Path, metavar="FILE", help="write the verdicts for code scanning")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write the verdicts as JUnit XML")
    told = parser.parse_args(given)
    if told.graph and not told.json:
        parser.error("--graph goes with --json")
    if bool(told.against) != told.markdown:
        parser.error("--markdown and --against BASE go together")
    return told


def main(given: list[str] | None = None) -> int:
    """Rehearse a stack; 0 only if it is valid and no mandatory policy stands against it."""
    given = sys.argv[1:] if given is None else given
    if given[:1] == ["replay"]:
        from rehearsal.replay.__main__ import main as replay

        return replay(given[1:])
    told = arguments(given)
    with futures.ThreadPoolExecutor(max_workers=1) as beside:
        base = beside.submit(_base, told) if told.against else None
        outcome = _outcome(told.stack)
        _write_files(told, outcome)
        if base is not None:
            _print_review(told, base.result(), outcome)
            return 1 if isinstance(outcome, Mistakes) or outcome.refused else 0
    if isinstance(outcome, Mistakes):
        print(outcome, file=sys.stderr)
        return 1
    if told.json:
        print(json.dumps(outcome.data(with_graph=told.graph), indent=2))
    else:
        from rehearsal import report

        console().print(report.render(outcome.plan, outcome.resources, outcome.verdicts, outcome.unset))
    return 1 if outcome.refused else 0


def _outcome(stack: str) -> "Outcome | Mistakes":
    try:
        file = stackfile.read(stack)
        plan = understand(file.fleet, file.stack, plan_fleet)
    except Mistakes as refused:
        return refused
    with _progress(f"building {stack} against a recorder"):
        # Loaded only now: a mistake in the stack file is answered before two seconds of cloud SDK.
        from rehearsal.outcome import outcome

        try:
            return outcome(file, plan)
        except Mistakes as refused:
            return refused


def _base(told: argparse.Namespace) -> Any:
    from rehearsal.base import base

    return base(told.against, told.stack)


def _print_review(told: argparse.Namespace, base: Any, outcome: "Outcome | Mistakes") -> None:
    from rehearsal.review import review

    head = outcome if isinstance(outcome, Mistakes) else outcome.data(with_graph=True)
    print(review(told.stack, base, head), end="")


def _write_files(told: argparse.Namespace, outcome: "Outcome | Mistakes") -> None:
    """A refused stack file is told there as well: a pane that stays empty would look like a pass."""
    mistakes = outcome if isinstance(outcome, Mistakes) else None
    policies = [] if isinstance(outcome, Mistakes) else outcome.data()["policies"]
    if told.sarif:
        from rehearsal.sarif import sarif

        told.sarif.write_text(json.dumps(sarif(told.stack, policies, mistakes), indent=2) + "\n")
    if told.junit:
        from rehearsal.junit import junit

        told.junit.write_text(junit(told.stack, policies, mistakes))


@contextlib.contextmanager
def _progress(what: str) -> Iterator[None]:
    """A line that moves while there is nothing to read; only for somebody who watches."""
    watcher = Console(stderr=True)
    if watcher.is_terminal:
        with watcher.status(what):
            yield
    else:
        yield


if __name__ == "__main__":
    sys.exit(main())
