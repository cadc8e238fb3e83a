"""What stands around the numbers: the page's edges, text in lines, a panel's grid and key, and the time axis."""

from collections.abc import Sequence
from typing import Final

from components.planning.page.markup import Markup, tag
from rehearsal.cluster.drawing.lettering import text_width, wrapped
from rehearsal.cluster.drawing.panels import Panel
from rehearsal.cluster.drawing.plotting import Scale, minutes_step, multiples, round_step
from rehearsal.cluster.timeline import Recording

WIDTH, EDGE = 960.0, 20.0

LEFT, RIGHT = 64.0, WIDTH - EDGE - 4
"""Ends of the time axis."""

TIME_TICKS: Final = 12

TICK_HEIGHT: Final = 24.0
"""At least, from one tick of a panel to the next."""

HEADING_SIZE, SMALL_SIZE = 13.0, 12.0

LINE_SPACING, BOLDER = 1.4, 1.12
"""Times the size of the letters; times the width of plain ones."""

KEY: Final = 18.0
"""A line in a panel's key, and the distance between two."""

Text = tuple[str, float, str]
"""What is written, the size of its letters, and its class."""


def line(d: str, kind: str) -> Markup:
    return tag("path", d=d, class_=kind)


def text(
    told: str, x: float, y: float, size: float = SMALL_SIZE, anchor: str = "start", kind: str = ""
) -> Markup:
    """One line, on its baseline."""
    given = None if anchor == "start" else anchor
    return tag("text", told, x=x, y=y, font_size=size, text_anchor=given, class_=kind or None)


def paragraphs(texts: Sequence[Text], top: float) -> tuple[list[Markup], float]:
    """Text in lines that fit, and where it ends."""
    drawn = []
    for told, size, kind in texts:
        bolder = BOLDER if kind == "strong" else 1.0
        for one in wrapped(told, size * bolder, WIDTH - 2 * EDGE):
            drawn.append(text(one, EDGE, top + size, size, kind=kind))
            top += size * LINE_SPACING
    return drawn, top


def time_scale(recording: Recording) -> Scale:
    """Everything that was seen, from the beginning, and never less than a minute."""
    seconds = [one.seconds for one in recording.samples] + [one.seconds for one in recording.events]
    low = min([0.0, *seconds])
    return Scale(low=low, high=max([low + 60, *seconds]), start=LEFT, end=RIGHT)


def panel_scale(panel: Panel, top: float) -> tuple[Scale, float]:
    """From nothing to the first round tick at or above the most, and the step between two ticks."""
    step = round_step(panel.most, int(panel.height / TICK_HEIGHT), panel.least_step)
    high = step * max(1, -(-panel.most // step))
    return Scale(low=0.0, high=high, start=top + panel.height, end=top), step


def grid(panel: Panel, x: Scale, y: Scale, step: float) -> list[Markup]:
    """Lines at round numbers, and the numbers."""
    drawn = [line(f"M{x(second):.1f} {y.end:.1f}V{y.start:.1f}", "grid") for second in minutes(x)]
    for value in multiples(step, y.low, y.high):
        drawn.append(line(f"M{LEFT:g} {y(value):.1f}H{RIGHT:g}", "grid" if value else "base"))
        drawn.append(text(panel.tick(value), LEFT - 8, y(value) + 4, anchor="end"))
    return drawn


def heading(panel: Panel, middle: float) -> list[Markup]:
    """What the panel shows, and beside it what each line stands for."""
    drawn = [text(panel.title, EDGE, middle + 4, HEADING_SIZE, kind="strong")]
    x = EDGE + BOLDER * text_width(panel.title, HEADING_SIZE) + KEY
    for kind, told in panel.keys:
        drawn.append(line(f"M{x:.1f} {middle:.1f}h{KEY:g}", f"{kind} key"))
        drawn.append(text(told, x + KEY + 6, middle + 4))
        x += KEY + 6 + text_width(told, SMALL_SIZE) + KEY
    return drawn


def minutes(x: Scale) -> list[float]:
    """Seconds at which the time axis has its ticks."""
    return multiples(60 * minutes_step((x.high - x.low) / 60, TIME_TICKS), x.low, x.high)


def time_axis(x: Scale, bottom: float) -> list[Markup]:
    ticks = [text(f"{second / 60:g}", x(second), bottom + 17, anchor="middle") for second in minutes(x)]
    return [*ticks, text("minutes", (LEFT + RIGHT) / 2, bottom + 36, anchor="middle")]
