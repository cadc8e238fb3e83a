"""Fifteen seconds of a model in one of ours: which intervals are shortened, and that they keep their ratios.

What is divided by `PACE`, and nothing else: every interval that a ScaledObject, a PodMonitor or a NodePool names, the
range of their queries, the autoscaler's own period, the scheduler of new nodes' batch, the pods' grace, and with them all
that the stand-ins do (arrivals, prompts, answers, cold starts). Thresholds, replicas, pods per period and limits stay.
Seconds in metrics are the model's own, so that a threshold of 2.5 s is compared with 2.5 s.

At 15 each interval of the defaults is a whole number of seconds still: 15, 60, 120, 300 and 360 become 1, 4, 8, 20 and 24.
What real programs take of their own, such as starting a process or finding a node, is not shortened; it weighs 15 times.
"""

import copy
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

PACE: Final = 15

INTERVALS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "ScaledObject": (
        ("spec", "pollingInterval"),
        ("spec", "cooldownPeriod"),
        *(
            ("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior", way, *where)
            for way in ("scaleUp", "scaleDown")
            for where in (("stabilizationWindowSeconds",), ("policies", "*", "periodSeconds"))
        ),
        ("spec", "triggers", "*", "metadata", "query"),
    ),
    "PodMonitor": (
        ("spec", "podMetricsEndpoints", "*", "interval"),
        ("spec", "podMetricsEndpoints", "*", "scrapeTimeout"),
    ),
    "NodePool": (
        ("spec", "disruption", "consolidateAfter"),
        ("spec", "template", "spec", "terminationGracePeriod"),
    ),
    "Deployment": (
        ("spec", "template", "spec", "terminationGracePeriodSeconds"),
        ("spec", "template", "spec", "containers", "*", "lifecycle", "preStop", "sleep", "seconds"),
    ),
}
"""Where an object of each kind names an interval, `*` for every item of a list."""

UNITS: Final = {"s": 1, "m": 60, "h": 3600}


def wall(seconds: float) -> float:
    """How long so many of a model's seconds take here."""
    return seconds / PACE


def hurried(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The same object with its intervals shortened."""
    found = copy.deepcopy(dict(manifest))
    shorten = rounded_up if found["kind"] == "Deployment" else shortened
    for path in INTERVALS.get(str(found["kind"]), ()):
        _replace(found, path, shorten)
    return found


def _replace(within: Any, path: tuple[str, ...], shorten: Callable[[Any], Any]) -> None:
    key, *rest = path
    if key == "*":
        for item in within:
            _replace(item, tuple(rest), shorten)
    elif key not in within:
        return
    elif rest:
        _replace(within[key], tuple(rest), shorten)
    else:
        within[key] = shorten(within[key])


def rounded_up(seconds: int) -> int:
    """Of a grace, which nothing is measured by: 100 s become 7."""
    return math.ceil(seconds / PACE)


def shortened(interval: int | str) -> int | str:
    """Of a number of seconds, of a duration such as `5m`, or of every range in a query.

    Raises `ValueError` where whole seconds would not keep the ratio.
    """
    if isinstance(interval, int):
        return whole(interval)
    if re.fullmatch(r"\d+[smh]", interval):
        milliseconds = round(_seconds(interval) * 1000 / PACE)
        return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
    return re.sub(r"\[(\d+[smh])\]", lambda found: f"[{whole(_seconds(found[1]))}s]", interval)


def whole(seconds: int) -> int:
    """A whole number of our seconds."""
    short, left = divmod(seconds, PACE)
    if left:
        raise ValueError(f"{seconds} s are no whole number of seconds at a {PACE}th; choose a multiple")
    return short


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * UNITS[duration[-1]]
