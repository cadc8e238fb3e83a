"""What one autoscaling scenario did, in the model's own seconds, and as text in which two runs can be compared."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was seen at one moment."""

    seconds: float
    desired: int
    """By the HorizontalPodAutoscaler."""
    replicas: int
    """In the Deployment's spec."""
    ready: int
    nodes: int
    """That hold the model's GPUs."""
    arriving: float
    """Requests a second."""
    waiting: int | None
    """Requests in all replicas, as `running`; these and all below are None, or not a number, where nobody could tell."""
    running: int | None
    kv_cache_use: float | None
    """Mean fraction."""
    gpu_utilisation_percent: float | None
    time_to_first_token_seconds: float | None
    """p95."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to the fleet, or happened to it."""

    seconds: float
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the requests."""

    sent: int
    answered: int
    refused: int
    lost: int

    @property
    def open(self) -> int:
        """Neither answered nor refused nor lost when the recording ended."""
        return self.sent - self.answered - self.refused - self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What the autoscaler holds each signal against; the names are those of `ScalingPlan`."""

    waiting_requests: float
    """In each replica."""
    kv_cache_use: float
    gpu_utilisation_percent: float
    time_to_first_token_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One scenario, from its first second to its last."""

    name: str
    sentence: str
    """What was tried."""
    pace: float
    """How many of the model's seconds passed in one second on the clock."""
    floor: int
    ceiling: int
    counts: Counts
    samples: tuple[Sample, ...]
    events: tuple[Event, ...] = ()
    thresholds: Thresholds | None = None


COLUMNS: Final = tuple(one.name for one in fields(Sample))

DIGITS: Final = {
    "seconds": 1,
    "arriving": 2,
    "kv_cache_use": 4,
    "gpu_utilisation_percent": 1,
    "time_to_first_token_seconds": 3,
}
"""After the point; finer differences between two runs are noise, and are never seen."""


def to_json(recording: Recording) -> str:
    """A line for each fact, each event and each sample; what is read from it is written again letter for letter."""
    limits = recording.thresholds
    told = {
        "name": recording.name,
        "sentence": recording.sentence,
        "pace": _plain(recording.pace, 3),
        "floor": recording.floor,
        "ceiling": recording.ceiling,
        "thresholds": {key: _plain(one, 4) for key, one in asdict(limits).items()} if limits else None,
        "counts": asdict(recording.counts),
    }
    digits = [DIGITS.get(column, 0) for column in COLUMNS]
    samples = ([_plain(*one) for one in zip(astuple(row), digits, strict=True)] for row in recording.samples)
    events = ([_plain(one.seconds, DIGITS["seconds"]), one.told] for one in recording.events)
    parts = [f'"{key}": {json.dumps(one)}' for key, one in told.items()]
    parts += [f'"events": {_lines(events)}', f'"columns": {json.dumps(COLUMNS)}']
    return "{\n" + ",\n".join([*parts, f'"samples": {_lines(samples)}']) + "\n}\n"


def from_json(text: str) -> Recording:
    """What `to_json` wrote."""
    told = json.loads(text)
    limits = told["thresholds"]
    rows = (dict(zip(told["columns"], row, strict=True)) for row in told["samples"])
    return Recording(
        **{key: told[key] for key in ("name", "sentence", "pace", "floor", "ceiling")},
        thresholds=Thresholds(**limits) if limits else None,
        counts=Counts(**told["counts"]),
        events=tuple(Event(*one) for one in told["events"]),
        samples=tuple(Sample(**row) for row in rows),
    )


def _lines(rows: Iterable[list[Any]]) -> str:
    return "[" + ",".join("\n" + json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"


def _plain(value: float | None, digits: int) -> float | None:
    """Null for what is no number, which JSON cannot write; whole numbers without a point."""
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded
