"""One model the fleet serves."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, StringConstraints

from components.settings.accounting import CostShares
from components.settings.base import Precision, Settings, Share, Workload


def _has_a_peak(hours: tuple[float, ...]) -> tuple[float, ...]:
    if max(hours) != 1:
        raise ValueError(f"must be relative to the busiest hour, which is 1; the largest is {max(hours):g}")
    return hours


Day = Annotated[tuple[Share, ...], Field(min_length=24, max_length=24), AfterValidator(_has_a_peak)]
"""One number for each hour, from midnight UTC, as a fraction of the busiest."""


class LoadSettings(Settings):
    """The demand one model must carry, over all regions."""

    peak_requests_per_second: Annotated[float, Field(gt=0, le=100_000)]
    input_tokens: Annotated[int, Field(ge=1, le=1_048_576)] = 1000
    """Mean prompt length."""
    input_tokens_p95: PositiveInt | None = None
    """Prompt length that one in twenty exceeds, at most 3.8 means; left out, as variable as an exponential's."""
    output_tokens: Annotated[int, Field(ge=1, le=1_048_576)] = 250
    """Mean completion length."""
    output_tokens_p95: PositiveInt | None = None
    """Completion length that one in twenty exceeds, at most 3.8 means; left out, as variable as an exponential's."""
    average_over_peak: Annotated[float, Field(ge=0.05, le=1)] = 0.4
    """Mean demand of a month as a fraction of its busiest hour; a wave with this mean is assumed where by_hour is absent."""
    by_hour: Day | None = None
    """Demand in each of the 24 hours from midnight, UTC in every region, as a fraction of the peak; one hour must be 1."""
    prefix_cache_hit_rate: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Fraction of prompt tokens found in the prefix cache; 0 plans for the worst, and the last token is always read."""


class ObjectiveSettings(Settings):
    """The latency a user is promised, at the 95th percentile."""

    time_to_first_token_seconds: PositiveFloat = 2.5
    inter_token_seconds: PositiveFloat = 0.1


class ReplicaSettings(Settings):
    """How many copies run in each region; what is left out, the plan decides."""

    min: Annotated[int, Field(ge=0, le=500)] | None = None
    max: Annotated[int, Field(ge=1, le=500)] | None = None


class PurchaseSettings(Settings):
    """Which replicas may stand on capacity that AWS can take back with 120 seconds' notice."""

    on_demand_floor: Annotated[int, Field(ge=0, le=500)] | None = None
    """Replicas per region always on on-demand nodes; left out, all of the minimum."""
    spot_share: Share = 0.0
    """The largest fraction of a region's replicas, at its ceiling, that may run on spot."""


class CronSettings(Settings):
    """Replicas held ready through a known peak."""

    start: str
    """Five-field cron expression, e.g. `30 8 * * 1-5`."""
    end: str
    replicas: PositiveInt
    timezone: str = "Etc/UTC"


class ScalingSettings(Settings):
    """When replicas are added and removed."""

    waiting_requests: PositiveInt | None = None
    """Queued requests per replica that call for another; left out, five for 32 concurrent_sequences and so in proportion."""
    kv_cache_at_load: Annotated[float, Field(gt=0, lt=1)] = 0.8
    """Load that calls for another, told by the KV cache: a fraction of the requests/s that a replica with all its
    concurrent_sequences finishes. The plan computes how much of the cache is in use at that load and mean lengths."""
    gpu_utilisation_percent: Annotated[int, Field(gt=0, le=100)] = 80
    """Mean DCGM utilisation of the model's GPUs that calls for another while a request waits at each replica, on average."""
    time_to_first_token_share: Annotated[float, Field(gt=0, le=2)] = 1.0
    """The p95 time to first token that calls for another, as a fraction of the objective."""
    up_window_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    up_pods: PositiveInt = 2
    up_period_seconds: Annotated[int, Field(ge=1, le=1800)] = 60
    down_window_seconds: Annotated[int, Field(ge=300, le=3600)] = 300
    """At least 300: a replica released too early costs another cold start."""
    down_pods: PositiveInt = 1
    down_period_seconds: Annotated[int, Field(ge=1, le=1800)] = 120
    polling_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    known_peaks: dict[str, CronSettings] = Field(default_factory=dict)


class SpeculationSettings(Settings):
    """Tokens guessed from the prompt itself (n-grams) and checked in one step: for summaries, edits and code."""

    draft_tokens: Annotated[int, Field(ge=1, le=8)]
    """Guessed in each step."""
    acceptance_rate: Annotated[float, Field(gt=0, lt=1)]
    """Chance that a guess is right; measure it (vllm:spec_decode_num_accepted_tokens_total over ..._draft_tokens_total)."""


class ModelSettings(Settings):
    """One model: which weights, for whom, how much of it, and where it may run."""

    model: str
    """A name in the model catalog."""

    workload: Workload = "interactive"
    """Who waits for the answer; decides the least replicas and whether scaling to zero is allowed."""

    precision: Precision | None = None
    """Of the weights; left out, as published."""

    repository: str | None = None
    """Hugging Face repository, where it is not the catalog's (a quantised copy, a fine-tune)."""

    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")] | None = None
    """Full commit of the repository; left out, the catalog's."""

    instance_types: tuple[str, ...] = ()
    """In order of preference: each region takes the first that it offers and that fits. Empty: the cheapest."""

    tensor_parallel: Literal[1, 2, 4, 8] | None = None
    """GPUs that share one copy; left out, the fewest that fit."""

    context_tokens: Annotated[int, Field(ge=512, le=1_048_576)] = 8192
    """Longest prompt plus completion accepted."""

    concurrent_sequences: Annotated[int, Field(ge=1, le=1024)] = 32
    """Sequences a replica decodes at once; must fit in memory at mean length."""

    speculation: SpeculationSettings | None = None
    """Guessing ahead; left out, none."""

    load: LoadSettings
    objective: ObjectiveSettings = ObjectiveSettings()
    replicas: ReplicaSettings = ReplicaSettings()
    purchase: PurchaseSettings = PurchaseSettings()
    scaling: ScalingSettings = ScalingSettings()

    cost_shares: CostShares = Field(default_factory=dict)
    """Fraction of this model's GPU dollars by feature or tenant; left out, the fleet's shares."""
