"""What the entrance of a region allows its clients: names to call, how long to wait for an answer, how often to ask."""

import math
from collections.abc import Iterable

from components.planning import limits
from components.planning.model_plan import ModelPlan
from components.planning.sizing import peak_if_another_dies
from components.settings.fleet import FleetSettings

MOST_IDLE_SECONDS = 4000
"""The longest idle timeout that an Application Load Balancer takes (ELB user guide, load balancer attributes)."""

SECONDS_COUNTED = 300
"""The firewall's window."""

KEEP_ALIVE_MARGIN_SECONDS = 15
"""By which a server keeps a connection longer than the load balancer: the side that reuses it must close it first."""

FAIR_SHARE = 2
"""Times the planned peak that one address may ask for, since a whole company may stand behind it."""


def public_host(model: str, domain: str) -> str:
    """What clients call."""
    return f"{model}.{domain}"


def regional_host(model: str, region: str, domain: str) -> str:
    """One region's own name for a model: what health checks ask, and what latency records lead to."""
    return f"{model}-{region}.{domain}"


def longest_answer_seconds(model: ModelPlan) -> float:
    """Of a request that fills the whole context with its answer, at the promised pace."""
    promised = model.objective
    return promised.time_to_first_token_seconds + model.engine.max_model_len * promised.inter_token_seconds


def idle_seconds(models: Iterable[ModelPlan]) -> int:
    """How long a connection may be silent: an answer that is not streamed says nothing until it is whole."""
    return min(math.ceil(max(longest_answer_seconds(model) for model in models)), MOST_IDLE_SECONDS)


def requests_per_five_minutes(region: str, settings: FleetSettings) -> int:
    """One address's allowance: as chosen, or twice the most that the region is planned to carry of all models."""
    if settings.traffic.requests_per_five_minutes is not None:
        return settings.traffic.requests_per_five_minutes
    peak = sum(
        peak_if_another_dies(region, settings.shares, model.load.peak_requests_per_second)
        for model in settings.models.values()
    )
    return max(math.ceil(FAIR_SHARE * peak * SECONDS_COUNTED), limits.LEAST_REQUESTS_PER_FIVE_MINUTES)
