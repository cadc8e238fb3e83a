"""When one model gets more replicas, and when fewer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPeak:
    """Replicas held through a known peak."""

    name: str
    timezone: str
    start: str
    end: str
    replicas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingPlan:
    """The autoscaler's thresholds and pace."""

    waiting_requests: int
    kv_cache_use: float
    """Fraction of the whole cache."""
    gpu_utilisation_percent: int
    time_to_first_token_seconds: float
    time_to_first_token_most_seconds: float
    """However late it is, no more is told."""
    fallback_replicas: int
    fallback_failures: int
    up_window_seconds: int
    up_pods: int
    up_period_seconds: int
    down_window_seconds: int
    down_pods: int
    down_period_seconds: int
    polling_seconds: int
    cooldown_seconds: int
    known_peaks: tuple[KnownPeak, ...]
