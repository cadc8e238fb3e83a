"""`python -m components.catalog refresh`: prices, offerings, zones, spot prices and quotas read anew from AWS."""

import argparse
import sys
from datetime import UTC, datetime

from components.catalog import datafiles, regions
from components.catalog.refresh import run, session


def main(arguments: list[str] | None = None) -> int:
    """Refresh the data files; 1 where something could not be read, 2 where nothing could be asked."""
    parser = argparse.ArgumentParser(prog="python -m components.catalog", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    refresh = commands.add_parser("refresh", help="read the data files anew from AWS and tell what changed")
    refresh.add_argument("--dry-run", action="store_true", help="tell, but write nothing")
    refresh.add_argument("--region", action="append", metavar="REGION", help="only this one; may be repeated")
    chosen = parser.parse_args(arguments)
    try:
        clients = session.clients()
    except session.NoWay as missing:
        print(missing, file=sys.stderr)
        return 2
    failures = run.run(
        chosen.region or sorted(regions.regions()),
        clients,
        datetime.now(UTC),
        session.refusals(),
        folder=None if chosen.dry_run else datafiles.FOLDER,
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
