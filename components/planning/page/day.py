"""Replicas through a day: one small chart for each model and region."""

from components.planning.hours import HOURS, utilisation_by_hour
from components.planning.model_plan import ModelPlan
from components.planning.page.markup import Markup, tag
from components.planning.page.parts import ahead, behind, by_model, card, cards, legend, section, table
from components.planning.plan import FleetPlan, RegionPlan

WIDTH, HEIGHT = 340.0, 170.0
LEFT, RIGHT, TOP, BOTTOM = 26.0, 8.0, 12.0, 24.0
"""Margins: the scale of replicas, and the hours below."""

TICKS = (0, 6, 12, 18, 24)


def day(plan: FleetPlan) -> Markup:
    """What runs in each hour, between floor and ceiling, and the demand it answers."""
    found, hours = by_model(plan), [f"{hour:02d}" for hour in range(HOURS)]
    drawn = [
        card(model.name, f"{here.region}, {model.replicas.expected:.1f} on average", chart(here, model))
        for here, model in found
    ]
    head = ("Model", "Region", "Ahead", *hours)
    rows = [
        (model.name, here.region, ahead(model), *map(str, model.replicas.by_hour)) for here, model in found
    ]
    used = [
        (model.name, here.region, *(f"{one:.0%}" for one in utilisation_by_hour(model)))
        for here, model in found
    ]
    return section(
        "day",
        "Replicas over a day",
        legend((("c1", "replicas"), ("need", "demand, in replicas"), ("bound", "floor and ceiling"))),
        cards(*drawn),
        behind(table("Replicas by hour, UTC", head, rows, texts=2), "Replicas by hour as a table"),
        behind(
            table("Utilisation by hour, UTC", ("Model", "Region", *hours), used, texts=2),
            "Utilisation by hour as a table",
        ),
        lead="Hours are UTC. While demand grows, replicas are counted for what it gains during one cold start.",
    )


def chart(here: RegionPlan, model: ModelPlan) -> Markup:
    """Steps for replicas, a line for demand in replicas' worth, dashes for the bounds."""
    held = model.replicas
    most = max(held.ceiling, 1)
    need = [one / model.throughput.requests_per_second for one in model.demand.by_hour]
    label = (
        f"{model.name} in {here.region}: {min(held.by_hour)} to {max(held.by_hour)} replicas over the day,"
        f" floor {held.floor}, ceiling {held.ceiling}"
    )
    return tag(
        "svg",
        *_axes(most),
        tag("path", d=_steps([float(one) for one in held.by_hour], most, closed=True), class_="area"),
        tag("path", d=_steps([float(one) for one in held.by_hour], most), class_="line"),
        tag("path", d=_curve(need, most), class_="need"),
        *(_bound(value, most) for value in {held.floor, held.ceiling}),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        class_="chart",
        role="img",
        aria_label=label,
    )


def _x(hour: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * hour / HOURS


def _y(value: float, most: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most


def _axes(most: int) -> list[Markup]:
    step = max(1, -(-most // 4))
    drawn = []
    for value in range(0, most + 1, step):
        y = _y(value, most)
        drawn.append(tag("path", d=f"M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}", class_="grid"))
        drawn.append(tag("text", str(value), x=LEFT - 6, y=y, text_anchor="end", class_="middle"))
    for hour in TICKS:
        anchor = {0: "start", HOURS: "end"}.get(hour, "middle")
        drawn.append(tag("text", f"{hour:02d}", x=_x(hour), y=HEIGHT - 7, text_anchor=anchor))
    return drawn


def _steps(values: list[float], most: int, closed: bool = False) -> str:
    points = [f"M{_x(0):.1f} {_y(values[0], most):.1f}"]
    for hour, value in enumerate(values):
        points.append(f"V{_y(value, most):.1f}H{_x(hour + 1):.1f}")
    return "".join(points) + (f"V{_y(0, most):.1f}H{_x(0):.1f}Z" if closed else "")


def _curve(values: list[float], most: int) -> str:
    """Through the middle of each hour."""
    return "M" + "L".join(f"{_x(hour + 0.5):.1f} {_y(one, most):.1f}" for hour, one in enumerate(values))


def _bound(value: int, most: int) -> Markup:
    y = _y(value, most)
    return tag("path", d=f"M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}", class_="bound")
