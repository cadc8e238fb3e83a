"""What several sections are made of: a section, a table, a legend, and rows of bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.planning.model_plan import ModelPlan
from components.planning.page.markup import Child, Markup, tag, together
from components.planning.plan import FleetPlan, RegionPlan

MARGIN = 1.02
"""A scale goes on past its limit, so that the line across is seen."""

COLOURS = 7
"""Of the categorical palette in the style, `c1` to `c7`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One part of a bar, in the bar's own unit."""

    start: float
    length: float
    colour: int
    title: str
    """What a pointer that rests on it is told."""


def by_model(plan: FleetPlan) -> list[tuple[RegionPlan, ModelPlan]]:
    """Every model in every region, the same model's regions beside each other."""
    names = [model.name for model in plan.regions[0].models]
    return [
        (here, model)
        for name in names
        for here in plan.regions
        for model in here.models
        if model.name == name
    ]


def ahead(model: ModelPlan) -> str:
    """Replicas held before growing demand asks for them."""
    return f"+{model.replicas.headroom}" if model.replicas.headroom else "0"


def section(key: str, title: str, *children: Child, lead: str = "") -> Markup:
    """A titled block that can be linked to."""
    heading = tag("h2", title, id=f"{key}-title")
    told = tag("p", lead, class_="lead") if lead else ""
    return tag("section", heading, told, *children, id=key, aria_labelledby=f"{key}-title")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Child]], texts: int = 1) -> Markup:
    """A table that scrolls in itself where it is too wide; the first `texts` columns are words, the others numbers."""
    kinds = ["word" if position < texts else "number" for position in range(len(head))]
    heads = (tag("th", one, scope="col", class_=kind) for one, kind in zip(head, kinds, strict=True))
    body = (tag("tr", *_cells(row, kinds)) for row in rows)
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *body),
    )
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _cells(row: Sequence[Child], kinds: Sequence[str]) -> Iterable[Markup]:
    first, *others = zip(row, kinds, strict=True)
    yield tag("th", first[0], scope="row", class_=first[1])
    yield from (tag("td", cell, class_=kind) for cell, kind in others)


def behind(table_of_it: Markup, what: str = "The same as a table") -> Markup:
    """The numbers of a chart, folded away."""
    return tag("details", tag("summary", what), table_of_it)


def legend(entries: Iterable[tuple[str, str]]) -> Markup:
    """Colour and meaning."""
    return tag(
        "ul",
        *(tag("li", tag("i", class_=f"key {colour}", aria_hidden="true"), text) for colour, text in entries),
        class_="legend",
    )


def bar(pieces: Iterable[Piece], whole: float, label: str, limit: float | None = None) -> Markup:
    """One horizontal bar as wide as its place, `whole` being all of it; `limit` draws a line across."""
    drawn = [
        tag(
            "rect",
            tag("title", one.title),
            x=_percent(one.start, whole),
            width=_percent(one.length, whole),
            y="0",
            height="100%",
            class_=f"c{one.colour}",
        )
        for one in pieces
        if one.length > 0
    ]
    if limit is not None:
        at = _percent(limit, whole)
        drawn.append(tag("line", x1=at, x2=at, y1="0", y2="100%", class_="limit"))
    return tag("svg", *drawn, class_="bar", role="img", aria_label=label)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "0%"


def bar_row(label: str, drawn: Markup, amount: str) -> Markup:
    """What it is, the bar, and how much; on a phone the bar takes a line of its own."""
    return tag(
        "div", tag("span", label, class_="name"), drawn, tag("span", amount, class_="amount"), class_="row"
    )


def cards(*inside: Markup) -> Markup:
    """Small charts side by side, as many as fit."""
    return tag("div", *inside, class_="cards")


def card(title: str, note: str, *inside: Child) -> Markup:
    return tag("article", tag("h3", title, " ", tag("small", note)), together(*inside), class_="card")
