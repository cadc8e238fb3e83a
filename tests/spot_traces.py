"""A small trace made up by rule, so that no test needs a real one."""

import random

from components.planning.spot_replay import ZoneTraces

GAP_SECONDS = 195.0


def synthetic(seed: int, zones: int, steps: int) -> ZoneTraces:
    """Zones that fail less the longer they are up, and stay down for some ten steps: the shape of the published ones."""
    chance = random.Random(seed)
    available = {}
    for zone in range(zones):
        up, age, series = True, 0, []
        for _ in range(steps):
            ends = 0.2 / (1 + age / 5) if up else 0.1
            if chance.random() < ends:
                up, age = not up, 0
            age += 1
            series.append(up)
        available[f"xx-test-{1 + zone // 3}{'abc'[zone % 3]}"] = tuple(series)
    return ZoneTraces(gap_seconds=GAP_SECONDS, available=available)
