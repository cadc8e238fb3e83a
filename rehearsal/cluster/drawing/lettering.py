"""How much room text takes, and where the labels of events stand so that none meets another."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from rehearsal.cluster.timeline import Event

LETTERS: Final = {
    letter: width
    for letters, width in (
        ("ijlIJ.,:;'| ", 0.34),
        ('rtf!()[]-/\\"', 0.47),
        ("csz?", 0.56),
        ("mwMW@%&+<=>~#—…", 1.0),
    )
    for letter in letters
}
USUAL, CAPITAL, IDEOGRAPH = 0.64, 0.8, 1.4
"""Of the size, in the widest usual system font (the metrics of DejaVu Sans 2.37, 2026-11) and in emoji fonts."""

LABEL_SIZE, ROW_HEIGHT, BESIDE = 12.0, 18.0, 5.0
"""Of an event's label: letters, the row it stands in, and the distance from its line."""

LONGEST: Final = 430.0
"""Of a label: less than half of the picture, so that it has room on one side of its line."""


def text_width(text: str, size: float) -> float:
    """At most: no browser is asked, and another machine has another font."""
    return size * sum(_letter(one) for one in text)


def _letter(one: str) -> float:
    if unicodedata.combining(one):
        return 0.0
    if one in LETTERS:
        return LETTERS[one]
    if unicodedata.east_asian_width(one) in "WF" or ord(one) > 0xFFFF:
        return IDEOGRAPH
    return CAPITAL if one.isupper() or not one.isascii() else USUAL


def shortened(text: str, size: float, most: float) -> str:
    """As much of it as fits."""
    if text_width(text, size) <= most:
        return text
    while text and text_width(text + "…", size) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, size: float, most: float) -> list[str]:
    """Lines that fit; a word too long for one is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= most:
            lines[-1] = longer
        else:
            lines.append(shortened(word, size, most))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Where an event's text stands; rows are counted upwards."""

    event: Event
    text: str
    x: float
    row: int
    left: float
    right: float
    anchor: str

    def covers(self, other: "Label") -> bool:
        """One text lies on the other."""
        return self.row == other.row and self.left < other.right + BESIDE and other.left < self.right + BESIDE

    def crosses(self, other: "Label") -> bool:
        """The line of the higher one, which falls from its row, passes through the other's text."""
        high, low = (self, other) if self.row > other.row else (other, self)
        return low.left - BESIDE < high.x < low.right + BESIDE


def placed(events: Iterable[tuple[float, Event]], right: float) -> list[Label]:
    """Each in the lowest row where it meets no other, or, where there is none, where it crosses the fewest.

    Texts stand right of their lines, the last event lowest, so that later lines fall beside earlier texts; those without
    room there stand left of them, the first lowest.
    """
    ordered = sorted(events, key=lambda one: (one[0], one[1].told))
    lowest = [_label(x, event, right) for x, event in ordered]
    rightward = [one for one in reversed(lowest) if one.anchor == "start"]
    leftward = [one for one in lowest if one.anchor == "end"]
    found: list[Label] = []
    for one in (*rightward, *leftward):
        rows = (replace(one, row=row) for row in range(len(found) + 1))
        free = [spot for spot in rows if not any(spot.covers(other) for other in found)]
        found.append(min(free, key=lambda spot: sum(spot.crosses(other) for other in found)))
    return sorted(found, key=lambda one: (one.x, one.event.told))


def _label(x: float, event: Event, right: float) -> Label:
    text = shortened(" ".join(event.told.split()), LABEL_SIZE, LONGEST)
    width = text_width(text, LABEL_SIZE)
    if x + BESIDE + width <= right:
        begin, end, anchor = x + BESIDE, x + BESIDE + width, "start"
    else:
        begin, end, anchor = x - BESIDE - width, x - BESIDE, "end"
    return Label(event=event, text=text, x=x, row=0, left=begin, right=end, anchor=anchor)
