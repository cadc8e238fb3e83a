"""Sheets for a terminal."""

from typing import Final, Literal

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.planning.sheets import Sheet

PIPE_WIDTH: Final = 100
"""A pipe has no width of its own; a hundred columns fit every line of the reports."""


def console() -> Console:
    """Where a person or a pipe reads."""
    found = Console()
    return found if found.is_terminal else Console(width=PIPE_WIDTH)


def rendered(sheets: tuple[Sheet, ...]) -> RenderableType:
    """The sheets for a terminal, one below the other; those without rows are left out."""
    shown: list[RenderableType] = []
    for sheet in sheets:
        if sheet.rows:
            shown += [Text(sheet.title, style="bold"), _table(sheet)]
            shown += [Text(sheet.note, style="dim"), Text()] if sheet.note else [Text()]
    return Group(*shown[:-1])


def plain_table() -> Table:
    """No boxes, one column of air."""
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _table(sheet: Sheet) -> Table:
    table = plain_table()
    for place, column in enumerate(sheet.columns):
        folds = place >= len(sheet.columns) - sheet.sentences
        justify: Literal["left", "right"] = "left" if sheet.is_text(place) else "right"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=not folds)
    for row in sheet.rows:
        table.add_row(*row)
    return table
