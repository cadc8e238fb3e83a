"""Requests as they once arrived, brought to the size of a plan.

Two public forms are read, told apart by their first line: the CSV of Azure's LLM inference traces (TIMESTAMP,
ContextTokens, GeneratedTokens; github.com/Azure/AzurePublicDataset) and the JSONL of Mooncake's (timestamp in
milliseconds, input_length, output_length; github.com/kvcache-ai/Mooncake).
"""

import bisect
import csv
import json
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

PEAK_SECONDS: Final = 300
"""A trace's peak is the mean of its busiest five minutes: about one cold start, the shortest rise worth a replica."""

LOT_SECONDS: Final = 3
"""Mooncake's conversations carry the times 0, 3 s, 6 s: ten requests of one time did not arrive at one time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a trace."""

    seconds: float
    """After the first."""
    input_tokens: int
    output_tokens: int


def read(path: Path) -> tuple[Request, ...]:
    """The requests of a file in the order of their arrival."""
    return parse(path.read_text().splitlines())


def parse(lines: Sequence[str]) -> tuple[Request, ...]:
    """As `read`, of the lines themselves; a `ValueError` says what no adapter could make of them."""
    first = lines[0].strip() if lines else ""
    if first.startswith("TIMESTAMP,"):
        return _ordered(_azure(lines))
    if first.startswith("{"):
        return _ordered(_mooncake(lines))
    raise ValueError("the first line is neither Azure's heading `TIMESTAMP,...` nor an object of Mooncake's")


def _azure(lines: Sequence[str]) -> Iterable[Request]:
    for row in csv.DictReader(lines):
        # Seven digits after the second, one more than datetime reads.
        arrived = datetime.fromisoformat(row["TIMESTAMP"][:26]).replace(tzinfo=UTC)
        yield Request(
            seconds=arrived.timestamp(),
            input_tokens=int(row["ContextTokens"]),
            output_tokens=int(row["GeneratedTokens"]),
        )


def _mooncake(lines: Sequence[str]) -> Iterable[Request]:
    """Recorded in lots of three seconds, each here spread evenly over its three."""
    lots: dict[int, list[dict[str, int]]] = {}
    for row in map(json.loads, filter(None, lines)):
        lots.setdefault(round(row["timestamp"] / 1000 / LOT_SECONDS), []).append(row)
    for lot, rows in lots.items():
        for place, row in enumerate(rows):
            yield Request(
                seconds=LOT_SECONDS * (lot + place / len(rows)),
                input_tokens=row["input_length"],
                output_tokens=row["output_length"],
            )


def _ordered(requests: Iterable[Request]) -> tuple[Request, ...]:
    found = sorted(requests, key=lambda one: one.seconds)
    if not found:
        raise ValueError("the trace holds no request")
    start = found[0].seconds
    return tuple(_moved(one, one.seconds - start) for one in found)


def _moved(request: Request, seconds: float) -> Request:
    return Request(seconds=seconds, input_tokens=request.input_tokens, output_tokens=request.output_tokens)


def peak_requests_per_second(requests: Sequence[Request]) -> float:
    """Mean rate of the busiest five minutes that begin with a request; of a shorter trace, of all of it."""
    length = min(float(PEAK_SECONDS), max(requests[-1].seconds, 1.0))
    times = [one.seconds for one in requests]
    return max(bisect.bisect_left(times, at + length) - place for place, at in enumerate(times)) / length


def to_peak(requests: Sequence[Request], requests_per_second: float) -> tuple[Request, ...]:
    """Thinned or repeated evenly, by no chance, until the peak is the one asked for; copies fill the gap that follows."""
    factor = requests_per_second / peak_requests_per_second(requests)
    found: list[Request] = []
    for place, one in enumerate(requests):
        copies = math.floor(factor * (place + 1)) - math.floor(factor * place)
        gap = requests[place + 1].seconds - one.seconds if place + 1 < len(requests) else 0.0
        found += [_moved(one, one.seconds + gap * copy / copies) for copy in range(copies)]
    return tuple(found)


def to_lengths(
    requests: Sequence[Request], *, input_tokens: int, output_tokens: int, context_tokens: int
) -> tuple[Request, ...]:
    """Stretched until the mean lengths are those asked for; the spread stays, up to what the server's context holds."""
    longer_in = input_tokens * len(requests) / sum(one.input_tokens for one in requests)
    longer_out = output_tokens * len(requests) / sum(one.output_tokens for one in requests)
    found = []
    for one in requests:
        answer = min(max(round(one.output_tokens * longer_out), 1), context_tokens // 2)
        prompt = min(max(round(one.input_tokens * longer_in), 1), context_tokens - answer)
        found.append(Request(seconds=one.seconds, input_tokens=prompt, output_tokens=answer))
    return tuple(found)


def synthetic(
    *, peak: float, seconds: float, input_tokens: int, output_tokens: int, seed: int = 1
) -> tuple[Request, ...]:
    """A small day: one wave from a fifth of the peak up and back, Poisson arrivals, exponential lengths."""
    chance = random.Random(seed)
    found: list[Request] = []
    at = chance.expovariate(peak)
    while at < seconds:
        if chance.random() < 0.6 - 0.4 * math.cos(2 * math.pi * at / seconds):
            found.append(
                Request(
                    seconds=at,
                    input_tokens=1 + int(chance.expovariate(1 / input_tokens)),
                    output_tokens=1 + int(chance.expovariate(1 / output_tokens)),
                )
            )
        at += chance.expovariate(peak)
    return tuple(found)
