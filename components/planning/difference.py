"""What changes from one plan to another: each line, and what it does to the bill."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.planning.amounts import usd
from components.planning.sheets import Sheet, change

LEVELS: Final = ("floor", "expected", "ceiling")

FIELDS: Final = (
    ("instance_type", "instance type"),
    ("gpus", "GPUs a copy"),
    ("precision", "precision"),
    ("replicas", "replicas"),
    ("nodes", "nodes"),
    ("on_demand_floor", "replicas on-demand at least"),
    ("spot_ceiling", "replicas on spot at most"),
)
"""Of one model in one region; what only follows from these is left to the dollars."""

NOTHING: Final = {"floor": 0.0, "expected": 0.0, "ceiling": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line that differs."""

    region: str
    model: str
    """Empty for what belongs to no model."""
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyChange:
    """Dollars a month that differ, by place and item or model."""

    place: str
    item: str
    before: Mapping[str, float]
    after: Mapping[str, float]

    def usd(self, level: str) -> float:
        return self.after[level] - self.before[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that differs between two plans; empty where none does."""

    before: str
    after: str
    changes: tuple[Change, ...]
    items: tuple[MoneyChange, ...]
    models: tuple[MoneyChange, ...]
    total: MoneyChange

    @property
    def nothing(self) -> bool:
        return not self.changes and not self.items and not self.models


def difference(before: Mapping[str, Any], after: Mapping[str, Any], *, told: str) -> Difference:
    """From one plan's data to another's; `told` says what the first one is."""
    return Difference(
        before=told,
        after=str(after.get("stack", "now")),
        changes=tuple(_changes(before, after)),
        items=tuple(_money("costs_usd_per_month", before, after)),
        models=tuple(_model_money(before, after)),
        total=MoneyChange(
            place="all",
            item="",
            before=_levels(before.get("usd_per_month")),
            after=_levels(after.get("usd_per_month")),
        ),
    )


def _levels(found: Any) -> Mapping[str, float]:
    return {level: float(found[level]) for level in LEVELS} if found else NOTHING


def _lines(data: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """A plan's models, by region and name."""
    return {(one["region"], name): one for name, places in data.get("models", {}).items() for one in places}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _scalars(before, after)
    for region in _both(before.get("regions", {}), after.get("regions", {})):
        old, new = (data.get("regions", {}).get(region, {}) for data in (before, after))
        for key, what in (
            ("node_scaler", "node scaler"),
            ("traffic_share", "traffic share"),
            ("zones", "zones"),
        ):
            yield from _change(region, "", what, old.get(key), new.get(key))
    was, now = _lines(before), _lines(after)
    for region, model in _both(was, now):
        old, new = was.get((region, model), {}), now.get((region, model), {})
        for key, what in FIELDS:
            yield from _change(region, model, what, old.get(key), new.get(key))


def _scalars(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, what in (
        ("environment", "environment"),
        ("prices_as_of", "prices of"),
        ("budget_usd", "budget, $"),
    ):
        yield from _change("", "", what, before.get(key), after.get(key))
    old, new = before.get("failover", {}), after.get("failover", {})
    for key, what in (("method", "failover method"), ("worst_seconds", "failover at worst, s")):
        yield from _change("", "", what, old.get(key), new.get(key))


def _both(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> list[Any]:
    """Keys of either, in the order they are written."""
    return list(dict.fromkeys([*one, *other]))


def _change(region: str, model: str, what: str, old: Any, new: Any) -> Iterator[Change]:
    if old != new:
        yield Change(region=region, model=model, what=what, before=_shown(old), after=_shown(new))


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return f"{value['floor']:g}..{value['ceiling']:g}, {value['expected']:.1f} expected"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _money(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[MoneyChange]:
    old, new = before.get(key, {}), after.get(key, {})
    for place in _both(old, new):
        was, now = old.get(place, {}), new.get(place, {})
        for item in _both(was, now):
            yield from _moved(place, item, was.get(item), now.get(item))


def _model_money(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[MoneyChange]:
    was, now = _lines(before), _lines(after)
    for region, model in _both(was, now):
        old, new = (lines.get((region, model), {}).get("usd_per_month") for lines in (was, now))
        yield from _moved(region, model, old, new)


def _moved(place: str, item: str, old: Any, new: Any) -> Iterator[MoneyChange]:
    found = MoneyChange(place=place, item=item, before=_levels(old), after=_levels(new))
    if any(abs(found.usd(level)) >= 0.01 for level in LEVELS):
        yield found


def sheets(found: Difference) -> tuple[Sheet, ...]:
    """What changes, and in dollars by model, by item and in all."""
    return (
        Sheet(
            title=f"What changes, from {found.before} to {found.after}",
            columns=("Region", "Model", "What", "before", "after"),
            names=3,
            rows=tuple((one.region, one.model, one.what, one.before, one.after) for one in found.changes),
        ),
        _money_sheet("GPU nodes by model, dollars a month", "Model", found.models),
        _money_sheet("By item, dollars a month", "Item", found.items),
        _money_sheet("In all, dollars a month", "", (found.total,)),
    )


def _money_sheet(title: str, column: str, changes: tuple[MoneyChange, ...]) -> Sheet:
    return Sheet(
        title=title,
        columns=("Place", column, *LEVELS, "expected was", "is"),
        names=2,
        rows=tuple(
            (
                one.place,
                one.item,
                *(change(one.usd(level)) for level in LEVELS),
                usd(one.before["expected"]),
                usd(one.after["expected"]),
            )
            for one in changes
        ),
    )


def headline(found: Difference) -> str:
    """The change of the bill in one line."""
    moved = found.total
    return (
        f"{change(moved.usd('expected'))} a month expected ({usd(moved.before['expected'])} to"
        f" {usd(moved.after['expected'])}), {change(moved.usd('ceiling'))} at the ceiling"
    )


def data(found: Difference) -> dict[str, Any]:
    """The same for programs."""

    def moved(one: MoneyChange) -> dict[str, Any]:
        return {
            "place": one.place,
            "item": one.item,
            "before": dict(one.before),
            "after": dict(one.after),
            "usd_per_month": {level: round(one.usd(level), 2) for level in LEVELS},
        }

    return {
        "before": found.before,
        "after": found.after,
        "changes": [
            {
                "region": one.region,
                "model": one.model,
                "what": one.what,
                "before": one.before,
                "after": one.after,
            }
            for one in found.changes
        ],
        "models": [moved(one) for one in found.models],
        "items": [moved(one) for one in found.items],
        "total": moved(found.total),
    }
