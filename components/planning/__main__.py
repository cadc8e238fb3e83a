"""`python -m components.planning prod`: the fleet and its bill, without a cloud account or a cloud SDK."""

import argparse
import json
import sys

from components.planning import figures
from components.planning.fleet import plan_fleet
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def main() -> int:
    """Print the plan of a stack; 1 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m components.planning", description=__doc__)
    parser.add_argument("stack", nargs="?", default="prod", help="which Pulumi.<stack>.yaml to plan")
    parser.add_argument("--json", action="store_true", help="data instead of tables")
    parser.add_argument("--html", action="store_true", help="one page for a browser, that needs nothing else")
    arguments = parser.parse_args()
    try:
        plan = understand(stackfile.read(arguments.stack).fleet, arguments.stack, plan_fleet)
    except Mistakes as refused:
        print(refused, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(figures.data(plan), indent=2))
        return 0
    if arguments.html:
        from components.planning.page import layout

        sys.stdout.write(layout.document(plan))
        return 0
    # Only now: data needs no tables.
    from rich.console import Console

    from components.planning import report

    console = Console()
    # A pipe has no width of its own; a hundred columns fit every line of the report.
    (console if console.is_terminal else Console(width=100)).print(report.render(plan))
    return 0


if __name__ == "__main__":
    sys.exit(main())
