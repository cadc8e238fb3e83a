"""`python -m components.planning prod`: the fleet and its bill, without a cloud account or a cloud SDK."""

import argparse
import sys

from components.planning.views import view
from components.settings.mistakes import Mistakes


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """One stack, at most one question about it, and at most one form of the answer."""
    parser = argparse.ArgumentParser(prog="python -m components.planning", description=__doc__)
    parser.add_argument("stack", nargs="?", default="prod", help="which Pulumi.<stack>.yaml to plan")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--why", action="store_true", help="each placement and what else it could have been")
    asked.add_argument("--economics", action="store_true", help="tokens, APIs, sleep, cascades, who pays")
    asked.add_argument("--quotas", action="store_true", help="requests for quota increases, ready to paste")
    asked.add_argument("--capacity", action="store_true", help="figures often quoted, beside ours")
    asked.add_argument("--html", action="store_true", help="the plan as one page that needs nothing else")
    asked.add_argument(
        "--against", metavar="OTHER", help="what changes from a git revision or a saved --json file"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="data instead of tables")
    form.add_argument("--markdown", action="store_true", help="GitHub tables, for a pull request")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Print what was asked of a stack's plan; 1 where there is none."""
    try:
        shown = view(arguments(given))
    except Mistakes as refused:
        print(refused, file=sys.stderr)
        return 1
    if isinstance(shown, str):
        print(shown)
        return 0
    # Only now: data needs no tables.
    from components.planning.terminal import console

    console().print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
