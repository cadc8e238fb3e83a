"""Tables without a medium: the same rows for a terminal, a pull request and a test."""

from dataclasses import dataclass

from components.planning.amounts import usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: a title, headings, rows of text, and a sentence below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1
    """Columns from the left that hold names; the rest hold numbers and stand to the right."""
    sentences: int = 0
    """Columns from the right that hold words again, and may fold."""
    note: str = ""

    def is_text(self, place: int) -> bool:
        return place < self.names or place >= len(self.columns) - self.sentences


def change(amount: float) -> str:
    """Dollars with their direction, such as `+$120`."""
    return usd(amount) if amount < 0 else f"+{usd(amount)}"


def tokens(count: float | None) -> str:
    """A count in thousands, millions or billions."""
    if count is None:
        return "never"
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return f"{count:.0f}"


def markdown(sheet: Sheet) -> str:
    """The sheet as a GitHub table under its title; empty where it has no rows."""
    if not sheet.rows:
        return ""
    marks = [":---" if sheet.is_text(place) else "---:" for place in range(len(sheet.columns))]
    lines = [_row(sheet.columns), _row(tuple(marks)), *(_row(row) for row in sheet.rows)]
    parts = [f"#### {sheet.title}", "\n".join(lines), sheet.note]
    return "\n\n".join(part for part in parts if part)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
