"""Numbers to places on a picture: scales, round ticks, and lines as paths."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float | None]
"""Second and value; no value where nobody could tell."""

MINUTES: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
"""Between two ticks of the time axis."""

DOT: Final = 4.0
"""Of a line that would have no length: one sample between two gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where a value lies: from `low` at `start` to `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share


def round_step(most: float, ticks: int, least: float = 0.0) -> float:
    """1, 2 or 5 times a power of ten, so that no more than so many steps reach the most."""
    rough = max(most / ticks, least, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= rough * (1 - 1e-9))


def minutes_step(minutes: float, ticks: int) -> float:
    """As people divide hours and days."""
    return next((one for one in MINUTES if one * ticks >= minutes), round_step(minutes, ticks))


def multiples(step: float, low: float, high: float) -> list[float]:
    """Of the step, between both."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(count * step, 9) for count in range(first, last + 1)]


def runs(points: Sequence[Point]) -> list[list[tuple[float, float]]]:
    """What is known without a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for second, value in points:
        if value is None:
            found.append([])
        else:
            found[-1].append((second, value))
    return [run for run in found if run]


def steps(points: Sequence[Point], x: Scale, y: Scale, until: float) -> str:
    """Each value up to the next one; what repeats the value before it is no step."""
    drawn = []
    for run in runs(points):
        value = run[0][1]
        drawn.append(f"M{x(run[0][0]):.1f} {y(value):.1f}")
        for second, now in run[1:]:
            if now != value:
                drawn.append(f"H{x(second):.1f}V{y(now):.1f}")
                value = now
        last = until if run[-1] == points[-1] else run[-1][0]
        drawn.append(f"H{x(last):.1f}" if last > run[0][0] else f"h{DOT:g}")
    return "".join(drawn)


def curve(points: Sequence[Point], x: Scale, y: Scale) -> str:
    """From value to value; one that stands alone is a dot under round line ends."""
    return "".join(
        "M" + "L".join(f"{x(second):.1f} {y(value):.1f}" for second, value in run) + "h0" * (len(run) == 1)
        for run in runs(points)
    )


def under(points: Sequence[Point], x: Scale, y: Scale) -> str:
    """The ground below each piece of the curve."""
    ground = y(y.low)
    return "".join(f"{curve(run, x, y)}V{ground:.1f}H{x(run[0][0]):.1f}Z" for run in runs(points))
