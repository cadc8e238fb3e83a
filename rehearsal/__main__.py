"""`python -m rehearsal prod`: everything `pulumi up` would build, what it costs, and whether policy allows it."""

import argparse
import contextlib
import json
import logging
import sys
from collections.abc import Iterator

from rich.console import Console

from components.planning.fleet import plan_fleet
from components.planning.plan import FleetPlan
from components.planning.terminal import console
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def main() -> int:
    """Rehearse a stack; 0 only if it is valid and no mandatory policy stands against it."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("stack", nargs="?", default="prod", help="which Pulumi.<stack>.yaml to rehearse")
    parser.add_argument("--json", action="store_true", help="data instead of a report")
    arguments = parser.parse_args()
    try:
        file = stackfile.read(arguments.stack)
        plan = understand(file.fleet, file.stack, plan_fleet)
    except Mistakes as refused:
        print(refused, file=sys.stderr)
        return 1
    return _show(file, plan, as_json=arguments.json)


def _show(file: stackfile.StackFile, plan: FleetPlan, *, as_json: bool) -> int:
    with _progress(f"building {file.stack} against a recorder"):
        # Loaded only now: a mistake in the stack file is answered before two seconds of cloud SDK.
        from rehearsal import judgement, report
        from rehearsal.recorder import rehearse

        # The SDK logs what it raises; one of the two is enough for a reader.
        logging.getLogger("pulumi").setLevel(logging.CRITICAL)
        try:
            tuned = judgement.settings(file)
        except Mistakes as refused:
            print(refused, file=sys.stderr)
            return 1
        cloud = rehearse(file)
        verdicts = judgement.verdicts(cloud, tuned, environment=plan.environment)
    unset = [name for name in plan.secrets if name not in file.secrets]
    if as_json:
        print(json.dumps(report.data(plan, cloud.resources, verdicts, unset), indent=2))
    else:
        console().print(report.render(plan, cloud.resources, verdicts, unset))
    return 1 if judgement.refused(verdicts) else 0


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
