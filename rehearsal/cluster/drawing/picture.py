"""The whole picture: what arrived, what waited, what ran, and why."""

import math
import re
from collections.abc import Sequence
from typing import Final

from components.planning.page.markup import Markup, tag, writable
from components.planning.page.style import DARK, FONT, LIGHT, spelt_out
from rehearsal.cluster.drawing import panels
from rehearsal.cluster.drawing.frame import (
    EDGE,
    SMALL_SIZE,
    WIDTH,
    grid,
    heading,
    line,
    panel_scale,
    paragraphs,
    text,
    time_axis,
    time_scale,
)
from rehearsal.cluster.drawing.lettering import BESIDE, LABEL_SIZE, ROW_HEIGHT, Label, placed
from rehearsal.cluster.drawing.plotting import Scale
from rehearsal.cluster.drawing.words import description, footnote
from rehearsal.cluster.timeline import Recording

TITLE_SIZE, SENTENCE_SIZE = 20.0, 14.0

HEADING_HEIGHT, GAP, AXIS_HEIGHT = 28.0, 18.0, 52.0
"""Of a panel's first line; below a panel; of the time axis with its name."""

COLOURS: Final = """.card{fill:var(--card)}text{fill:var(--soft);stroke:var(--card)}.strong,.event text{fill:var(--ink)}
.grid{stroke:var(--line)}.base,.bound{stroke:var(--soft)}.event path{stroke:var(--ink)}.limit{stroke:var(--limit)}
.arriving,.replicas,.kv-cache{stroke:var(--c1)}.under-arriving{fill:var(--c1)}
.waiting{stroke:var(--c5)}.under-waiting{fill:var(--c5)}
.desired,.gpu{stroke:var(--c2)}.ready{stroke:var(--c3)}.nodes{stroke:var(--c4)}.first-token,.replayed{stroke:var(--ink)}
"""

SHAPES: Final = f"""text{{font-family:{FONT};font-variant-numeric:tabular-nums;
paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}
.strong{{font-weight:600}}
path{{fill:none;stroke-width:1}}.bound,.limit{{stroke-dasharray:5 4}}.event path{{stroke-dasharray:2 3}}
.arriving,.waiting,.kv-cache,.gpu,.first-token{{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}}
.nodes{{stroke-width:9;stroke-opacity:.38}}.ready{{stroke-width:5.5}}.replicas{{stroke-width:3}}.desired{{stroke-width:1.5}}
.replayed{{stroke-width:1.5;stroke-dasharray:6 4}}.area{{opacity:.18}}.key{{stroke-linecap:butt}}
"""


def svg(recording: Recording, replayed: Sequence[tuple[float, int]] = ()) -> str:
    """One file, in ASCII; `replayed` is a prediction's replicas from each second on."""
    x = time_scale(recording)
    first = [(recording.name, TITLE_SIZE, "strong"), (recording.sentence, SENTENCE_SIZE, "")]
    drawn, top = paragraphs(first, EDGE)
    labels = placed(((x(one.seconds), one) for one in recording.events), WIDTH - EDGE)
    lane = top = top + GAP / 2 + ROW_HEIGHT * max((one.row + 1 for one in labels), default=0)
    ground, above, plots = list[Markup](), list[Markup](), list[Scale]()
    for panel in panels.of(recording, x, replayed):
        y, step = panel_scale(panel, top + HEADING_HEIGHT)
        ground += grid(panel, x, y, step)
        above += [*panel.drawn(y), *heading(panel, top + HEADING_HEIGHT / 2)]
        plots.append(y)
        top = y.start + GAP
    drawn += [*ground, *(_event(one, lane, plots) for one in labels), *above]
    bottom = plots[-1].start
    footer, end = paragraphs([(footnote(recording), SMALL_SIZE, "")], bottom + AXIS_HEIGHT)
    return _file(recording, math.ceil(end + EDGE / 2), *drawn, *time_axis(x, bottom), *footer)


def _event(label: Label, lane: float, plots: Sequence[Scale]) -> Markup:
    """A line through every panel but not through its key, the text above; a pointer that rests on it is told all."""
    top = lane - ROW_HEIGHT * (label.row + 1)
    first, *others = plots
    pieces = [(top + 2, first.start), *((one.end, one.start) for one in others)]
    beside = BESIDE if label.anchor == "start" else -BESIDE
    return tag(
        "g",
        tag("title", f"{label.event.seconds / 60:.1f} min: {label.event.told}"),
        line("".join(f"M{label.x:.1f} {begin:.1f}V{end:.1f}" for begin, end in pieces), "through"),
        text(label.text, label.x + beside, top + LABEL_SIZE, LABEL_SIZE, label.anchor),
        class_="event",
    )


def _file(recording: Recording, height: int, *drawn: Markup) -> str:
    style = (
        f"\n{SHAPES}{spelt_out(COLOURS, LIGHT)}"
        f"@media(prefers-color-scheme:dark){{\n{spelt_out(COLOURS, DARK)}}}\n"
    )
    picture = tag(
        "svg",
        tag("title", recording.name, id="title"),
        tag("desc", description(recording), id="description"),
        tag("style", Markup(style)),
        tag("rect", width="100%", height="100%", rx="8", class_="card"),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby="title description",
    )
    lines = re.sub(r"></(path|rect)>", "/>", picture).replace("><", ">\n<")
    return writable(lines).encode("ascii", "xmlcharrefreplace").decode() + "\n"
