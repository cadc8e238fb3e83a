"""Of a review: dollars before and after, what changes in the plan, and what follows for capacity, failover and quotas."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from components.planning import difference
from components.planning.amounts import usd
from components.planning.difference import LEVELS, Difference, MoneyChange
from components.planning.sheets import Sheet, change

Data = Mapping[str, Any]

SHOWN_USD: Final = 0.5
"""A month; less is left to the sum."""


def headline(found: Difference) -> str:
    """The change of the bill in one line."""
    if moved(found):
        return difference.headline(found)
    month = found.total.after
    return f"{usd(month['expected'])} a month expected and {usd(month['ceiling'])} at the ceiling, as before"


def moved(found: Difference) -> bool:
    """Whether the bill differs at any level."""
    return any(abs(found.total.usd(level)) >= SHOWN_USD for level in LEVELS)


def dollars(before: Data, after: Data, found: Difference) -> Sheet:
    """The whole bill and each region's, with what differs beside it."""
    regions = (_region(name, before, after) for name in _both(before, after, "regions"))
    return Sheet(
        title="Dollars a month",
        columns=("Place", *LEVELS),
        rows=tuple((one.place, *map(_cell(one), LEVELS)) for one in (found.total, *regions)),
        note=_budget(before, after),
    )


def _region(name: str, before: Data, after: Data) -> MoneyChange:
    nothing = dict.fromkeys(LEVELS, 0.0)
    was, now = (data["regions"].get(name, {}).get("usd_per_month", nothing) for data in (before, after))
    return MoneyChange(place=name, item="", before=was, after=now)


def _cell(one: MoneyChange) -> Callable[[str], str]:
    """Cells of one line of money, by level."""

    def cell(level: str) -> str:
        if abs(one.usd(level)) < SHOWN_USD:
            return usd(one.after[level])
        return f"{usd(one.before[level])} → {usd(one.after[level])} (**{change(one.usd(level))}**)"

    return cell


def _budget(before: Data, after: Data) -> str:
    was, now = (data["usd_per_month"]["ceiling"] / data["budget_usd"] for data in (before, after))
    text = f"The ceiling is {now:.0%} of the budget of {usd(after['budget_usd'])}"
    return (
        f"{text}; it was {was:.0%} of {usd(before['budget_usd'])}."
        if round(was, 2) != round(now, 2)
        else f"{text}."
    )


def details(before: Data, found: Difference) -> Iterator[tuple[str, Sheet]]:
    """What is folded away: a summary and its table."""
    # A base older than the models' own figures would make each of them look new.
    if all("usd_per_month" in one for places in before["models"].values() for one in places):
        yield from _money("Dollars by region and model, GPU nodes", "Model", found.models)
    yield from _money("Dollars by place and item", "Item", found.items)
    rows = tuple((one.region, one.model, one.what, one.before, one.after) for one in found.changes)
    columns = ("Region", "Model", "What", "before", "after")
    sheet = Sheet(title="What changes in the plan", columns=columns, names=3, rows=rows)
    yield f"What changes in the plan: {len(rows)}", sheet


def _money(title: str, column: str, those: tuple[MoneyChange, ...]) -> Iterator[tuple[str, Sheet]]:
    shown = (one for one in those if any(abs(one.usd(level)) >= SHOWN_USD for level in LEVELS))
    rows = tuple((one.place, one.item, *map(_cell(one), LEVELS)) for one in shown)
    yield f"{title}: {len(rows)}", Sheet(title=title, columns=("Place", column, *LEVELS), names=2, rows=rows)


def consequences(before: Data, after: Data) -> Iterator[str]:
    """Sentences, only of what differs: failover, each model's capacity and what is left without a region, quotas."""
    yield from _failover(before["failover"], after["failover"])
    capacity = [*_capacity(before, after)]
    yield from capacity
    if capacity and len(after["regions"]) > 1 and all(one["holds"] for one in after["survival"]):
        yield "Without any one region every model keeps its peak."
    yield from _survival(before, after)
    yield from _quotas(before, after)


def _failover(was: Data, now: Data) -> Iterator[str]:
    if (was["method"], was["worst_seconds"]) != (now["method"], now["worst_seconds"]):
        yield (
            f"Failover {was['worst_seconds']:g} s → {now['worst_seconds']:g} s at worst,"
            f" {now['target_seconds']:g} s promised ({now['method']})."
        )


def _capacity(before: Data, after: Data) -> Iterator[str]:
    for model in _both(before, after, "models"):
        was, now = (_fleet_capacity(data, model) for data in (before, after))
        if was != now:
            peak = _peak(after, model) or _peak(before, model)
            yield f"`{model}`: {was:g} → {now:g} req/s at the ceiling of the fleet, peak {peak:g}."


def _fleet_capacity(data: Data, model: str) -> float:
    places = data["models"].get(model, ())
    each = (float(one["replicas"]["ceiling"] * one["requests_per_second_per_replica"]) for one in places)
    return round(sum(each), 1)


def _peak(data: Data, model: str) -> float:
    peaks = (float(one["peak_requests_per_second"]) for one in data["survival"] if one["model"] == model)
    return next(peaks, 0.0)


def _survival(before: Data, after: Data) -> Iterator[str]:
    was, now = (
        {(one["lost_region"], one["model"]): one for one in data["survival"]} for data in (before, after)
    )
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key, {}).get("holds"), now.get(key, {}).get("holds")
        if old == new or new is None or (old is None and new):
            continue
        left = now[key]
        carried = f"{left['capacity_requests_per_second']:g} of {left['peak_requests_per_second']:g} req/s"
        verdict = "keeps its peak" if new else "**does not keep its peak**"
        yield f"Without {key[0]} `{key[1]}` {verdict}: {carried} left."


def _quotas(before: Data, after: Data) -> Iterator[str]:
    """What has to be asked of AWS; a quota that is needed less asks nothing of anybody."""
    was, now = (data.get("quotas", {}) for data in (before, after))
    needs = ((region, code, need) for region, codes in now.items() for code, need in codes.items() if was)
    for region, code, need in needs:
        had = was.get(region, {}).get(code, {}).get("needed", 0)
        if need["needed"] > max(had, need["default"]):
            yield (
                f"Quota {code} ({need['title']}) in {region}: {had} → {need['needed']} {need['unit']},"
                f" a new account has {need['default']}."
            )


def _both(before: Data, after: Data, key: str) -> list[str]:
    return list(dict.fromkeys([*before[key], *after[key]]))
