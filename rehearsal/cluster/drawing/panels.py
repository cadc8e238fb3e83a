"""What each panel of the picture shows, from top to bottom."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.planning.page.markup import Markup, tag
from rehearsal.cluster.drawing.plotting import Point, Scale, curve, steps, under
from rehearsal.cluster.timeline import Recording, Thresholds

COUNTED: Final = ("nodes", "ready", "replicas", "desired")
"""Each drawn over the one before it, and thinner, so that lines which run together are all seen."""

MOST_SHOWN: Final = 3.0
"""Times its threshold: a signal that goes further runs along the edge, and its key says how far it went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart among those that share the time axis."""

    title: str
    height: float
    most: float
    """The value up to which its scale must go."""
    drawn: Callable[[Scale], list[Markup]]
    keys: tuple[tuple[str, str], ...]
    """Class of each line, and what it stands for."""
    least_step: float = 0.0
    """Between two ticks."""
    tick: Callable[[float], str] = "{:g}".format


def of(recording: Recording, x: Scale, replayed: Sequence[tuple[float, int]]) -> Iterator[Panel]:
    """Cause above effect: what arrived, what had to wait, what ran, and the signals that decided it."""
    yield _arriving(recording, x)
    yield _waiting(recording, x)
    yield _replicas(recording, x, replayed)
    if recording.thresholds:
        yield _signals(recording, x, recording.thresholds)


def series(recording: Recording, name: str, worth: float = 1.0) -> list[Point]:
    """One of the samples' fields over time, in units of `worth`; no value where nobody could tell."""
    found: list[Point] = []
    for one in recording.samples:
        value = getattr(one, name)
        known = value is not None and math.isfinite(value)
        found.append((one.seconds, value / worth if known else None))
    return found


def most_of(points: Sequence[Point]) -> float:
    return max((value for _, value in points if value is not None), default=0.0)


def _path(d: str, kind: str) -> Markup:
    return tag("path", d=d, class_=kind)


def _filled(points: Sequence[Point], x: Scale, y: Scale, kind: str) -> list[Markup]:
    line = curve(points, x, y)
    return [_path(under(points, x, y), f"area under-{kind}"), _path(line, kind)]


def _arriving(recording: Recording, x: Scale) -> Panel:
    points = series(recording, "arriving")
    return Panel(
        title="Arriving requests a second",
        height=72,
        most=most_of(points),
        drawn=lambda y: _filled(points, x, y, "arriving"),
        keys=(),
    )


def _waiting(recording: Recording, x: Scale) -> Panel:
    points, until = series(recording, "waiting"), _end(recording)
    limits = recording.thresholds
    held = [(second, count * limits.waiting_requests) for second, count in _spec(recording)] if limits else []
    bound = (("bound", f"threshold, {limits.waiting_requests:g} for each replica"),) if limits else ()
    return Panel(
        title="Waiting requests",
        height=88,
        most=max(most_of(points), most_of(held)),
        drawn=lambda y: [
            *_filled(points, x, y, "waiting"),
            *([_path(steps(held, x, y, until), "bound")] if held else []),
        ],
        keys=(("waiting", "in all replicas"), *bound) if limits else (),
        least_step=1,
    )


def _spec(recording: Recording) -> list[tuple[float, float]]:
    return [(one.seconds, float(one.replicas)) for one in recording.samples]


def _end(recording: Recording) -> float:
    return max((one.seconds for one in recording.samples), default=0.0)


def _replicas(recording: Recording, x: Scale, replayed: Sequence[tuple[float, int]]) -> Panel:
    until = _end(recording)
    counted = {name: series(recording, name) for name in COUNTED}
    told: list[Point] = [(second, float(count)) for second, count in replayed if second <= until]
    floor, ceiling = recording.floor, recording.ceiling

    def drawn(y: Scale) -> list[Markup]:
        bounds = [f"M{x.start:g} {y(value):.1f}H{x.end:g}" for value in sorted({floor, ceiling})]
        lines = [_path(d, "bound") for d in bounds]
        lines += [_path(steps(points, x, y, until), name) for name, points in counted.items()]
        return [*lines, _path(steps(told, x, y, until), "replayed")] if told else lines

    keys = [
        ("desired", "desired by the HPA"),
        ("replicas", "in the Deployment"),
        ("ready", "ready"),
        ("nodes", "nodes"),
        ("bound", f"floor {floor}, ceiling {ceiling}"),
    ]
    return Panel(
        title="Replicas",
        height=210,
        most=max(ceiling, *(most_of(points) for points in counted.values()), most_of(told)),
        drawn=drawn,
        keys=(*keys, ("replayed", "as replayed")) if told else tuple(keys),
        least_step=1,
    )


def _signals(recording: Recording, x: Scale, limits: Thresholds) -> Panel:
    shares = {
        "kv-cache": series(recording, "kv_cache_use", limits.kv_cache_use),
        "gpu": series(recording, "gpu_utilisation_percent", limits.gpu_utilisation_percent),
        "first-token": series(recording, "time_to_first_token_seconds", limits.time_to_first_token_seconds),
    }
    told = {
        "kv-cache": f"KV cache, of {limits.kv_cache_use:.0%}",
        "gpu": f"GPU, of {limits.gpu_utilisation_percent:g}%, asks while requests wait",
        "first-token": f"first token p95, of {limits.time_to_first_token_seconds:g} s",
    }
    furthest = {name: most_of(points) for name, points in shares.items()}
    beyond = {name: f", up to {most:.3g} times" for name, most in furthest.items() if most > MOST_SHOWN}
    return Panel(
        title="Share of threshold",
        height=120,
        most=min(max(1.0, *furthest.values()), MOST_SHOWN),
        drawn=lambda y: [
            _path(f"M{x.start:g} {y(1):.1f}H{x.end:g}", "limit"),
            *(_path(curve(points, x, y), name) for name, points in shares.items()),
        ],
        keys=tuple((name, text + beyond.get(name, "")) for name, text in told.items()),
        least_step=0.5,
        tick="{:.0%}".format,
    )
