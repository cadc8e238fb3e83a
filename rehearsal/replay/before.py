"""The thresholds the fleet began with, for comparison: a GPU that works is one too few, and full is only the whole cache."""

import dataclasses
import math
from typing import Final

from components.planning.model_plan import ModelPlan
from components.planning.scaling_plan import ScalingPlan
from rehearsal.replay import law
from rehearsal.replay.law import Reading
from rehearsal.replay.simulator import Steering, steered

KV_CACHE_USE: Final = 0.8
"""Of the whole cache."""


def steering(model: ModelPlan) -> Steering:
    """As the plan's, but for the cache's threshold, a GPU counted whoever waits, and a latency told in full."""
    scaling = dataclasses.replace(
        model.scaling, kv_cache_use=KV_CACHE_USE, time_to_first_token_most_seconds=math.inf
    )
    return steered(dataclasses.replace(model, scaling=scaling), asked)


def asked(reading: Reading, scaling: ScalingPlan, *, current: int, ready: int) -> int:
    """The law, with the GPU's utilisation bare."""
    busy = reading.gpu_utilisation_percent / scaling.gpu_utilisation_percent
    return max(
        law.asked(reading, scaling, current=current, ready=ready), law.in_proportion(busy, current, ready)
    )
