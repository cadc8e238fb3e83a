"""The refresh as a whole: every region read, the difference told, the files written."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from components.catalog import datafiles
from components.catalog.refresh import difference, indices, regional
from components.catalog.refresh.regional import Clients, Failure


def run(
    regions: Iterable[str],
    clients: Callable[[str], Clients],
    now: datetime,
    refused: tuple[type[Exception], ...],
    tell: Callable[[str], None] = print,
    folder: Path | None = datafiles.FOLDER,
) -> list[Failure]:
    """Read the regions and write the data files into `folder`, or nowhere; what could not be read is told and returned."""
    before, after = regional.current(), regional.current()
    failures: list[Failure] = []
    for region in regions:
        failures += regional.refresh(after, region, clients(region), now, refused)
    indices.settle(after["prices"])
    for file in after.values():
        file["regions"] = dict(sorted(file["regions"].items()))
        file["as_of"] = indices.date_of(file)
    for line in difference.lines(before, after):
        tell(line)
    for failure in failures:
        tell(str(failure))
    if folder is None:
        tell("dry run: nothing is written")
        return failures
    for name, file in after.items():
        datafiles.write(name, file, folder)
    tell(
        f"written: {', '.join(f'{name}.json' for name in after)} in {folder.name}/; run the tests before committing"
    )
    return failures
