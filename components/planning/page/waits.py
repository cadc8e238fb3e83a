"""What takes time, step after step: a cold start, and leaving a dead region."""

from collections.abc import Sequence
from dataclasses import fields

from components.planning.model_plan import ColdStartPlan
from components.planning.page.markup import Markup, tag
from components.planning.page.parts import (
    MARGIN,
    Piece,
    bar,
    bar_row,
    behind,
    by_model,
    card,
    cards,
    section,
    table,
)
from components.planning.plan import FleetPlan

SUFFIX = "_seconds"

Step = tuple[str, float]


def phases(cold: ColdStartPlan) -> list[Step]:
    """The parts of a cold start, in the order in which they are waited for."""
    names = [one.name for one in fields(ColdStartPlan) if one.name.endswith(SUFFIX)]
    return [(name.removesuffix(SUFFIX).replace("_", " "), getattr(cold, name)) for name in names]


def waterfall(steps: Sequence[Step], whole: float, limit: float | None = None) -> Markup:
    """Each step begins where the one before it ends."""
    rows, start = [], 0.0
    for position, (name, seconds) in enumerate(steps):
        title = f"{name}: {seconds:.0f} s, from {start:.0f} to {start + seconds:.0f} s"
        piece = Piece(start=start, length=seconds, colour=position % 5 + 1, title=title)
        rows.append(bar_row(name, bar([piece], whole, title, limit), f"{seconds:.0f} s"))
        start += seconds
    return tag("div", *rows, class_="waterfall")


def cold_starts(plan: FleetPlan) -> Markup:
    """One card for each model and region, all on one scale."""
    found = [(here.region, model) for here, model in by_model(plan)]
    longest = max(model.cold_start.seconds for _, model in found)
    drawn = [
        card(
            model.name,
            f"{region}, {model.cold_start.seconds:.0f} s",
            waterfall(phases(model.cold_start), longest),
        )
        for region, model in found
    ]
    head = ("Model", "Region", *(name for name, _ in phases(found[0][1].cold_start)), "all")
    rows = [
        (
            model.name,
            region,
            *(f"{seconds:.0f} s" for _, seconds in phases(model.cold_start)),
            f"{model.cold_start.seconds:.0f} s",
        )
        for region, model in found
    ]
    return section(
        "cold",
        "From nothing to the first answer",
        cards(*drawn),
        behind(table("Seconds of a cold start", head, rows, texts=2)),
        lead="A pod that finds no node: the node launches, the image is pulled, weights are read, the engine starts and is"
        " warmed up.",
    )


def failover(plan: FleetPlan) -> Markup:
    """Seconds until new connections leave a dead region, against what was promised."""
    chosen = plan.traffic.failover
    whole = max(chosen.worst_seconds, chosen.target_seconds) * MARGIN
    head = ("Step", "Seconds")
    rows = [(name, f"{seconds:g}") for name, seconds in chosen.steps]
    rows.append(("all", f"{chosen.worst_seconds:g}"))
    return section(
        "failover",
        "Leaving a dead region",
        tag("div", waterfall(chosen.steps, whole, chosen.target_seconds), class_="block wide"),
        behind(table("Steps of a failover", head, rows)),
        lead=f"By {chosen.method}: {chosen.worst_seconds:g} s at worst until new connections go elsewhere. The line across"
        f" marks the {chosen.target_seconds} s promised.",
    )
