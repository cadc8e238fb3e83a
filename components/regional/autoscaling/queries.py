"""What the autoscaler asks Prometheus: one number each, and an error rather than a wrong one.

KEDA is told to take an empty answer for a failure, so each query must answer 0 when there is no traffic, and nothing
when there is nothing to see. A gauge of a running server is there from its first second. A latency quantile is not a
number until somebody has asked something; then the queue, which is there, stands in for it with 0.

A model that may sleep has no server to look at while it does, so for it alone nothing to see counts as nothing to do.
"""

from components.catalog import metrics
from components.planning import labels
from components.planning.model_plan import ModelPlan

WINDOW = "2m"
"""Long enough for eight scrapes, short enough to follow a ramp."""


def _of(model: ModelPlan) -> str:
    return f'{{model_name="{model.name}",namespace="{labels.SERVING_NAMESPACE}"}}'


def _asleep(model: ModelPlan, query: str) -> str:
    return query if model.replicas.floor else f"({query}) or vector(0)"


def waiting(model: ModelPlan) -> str:
    """Requests queued in all replicas; the autoscaler divides by replicas."""
    return _asleep(model, f"sum({metrics.REQUESTS_WAITING}{_of(model)})")


def kv_cache_use(model: ModelPlan) -> str:
    """Mean fraction of the KV cache in use."""
    return _asleep(model, f"avg({metrics.KV_CACHE_USE}{_of(model)})")


def gpu_utilisation(model: ModelPlan) -> str:
    """Mean utilisation, in percent, of the GPUs under the model's pods, while a request waits at each, on average.

    A GPU is busy in every moment in which one sequence runs on it, which says nothing of how many more it could take: bare,
    it took every model to its ceiling (replayed, 2026-11-21). One request may wait a moment behind a long prompt, and of many
    replicas one nearly always does; a queue at each means that nobody has room. 0 while the exporter has none to name.
    """
    # With honorLabels off the exporter's own pod keeps `pod`, and the workload's comes as `exported_pod`.
    series = (
        f"{metrics.GPU_UTILISATION}"
        f'{{exported_namespace="{labels.SERVING_NAMESPACE}",exported_pod=~"{model.name}-[a-z0-9]+-[a-z0-9]+"}}'
    )
    queue = f"{metrics.REQUESTS_WAITING}{_of(model)}"
    # The same series on both sides: where it is missing, nothing answers.
    return _asleep(model, f"avg({series}) * (avg({queue}) >= bool 1) or 0 * sum({queue})")


def time_to_first_token(model: ModelPlan) -> str:
    """p95 in seconds over the window, 0 while nobody asks; of one that is far too late, only that it is."""
    rate = f"sum by (le) (rate({metrics.TIME_TO_FIRST_TOKEN}_bucket{_of(model)}[{WINDOW}]))"
    idle = f"0 * sum({metrics.REQUESTS_WAITING}{_of(model)})"
    most = model.scaling.time_to_first_token_most_seconds
    return _asleep(model, f"(clamp_max(histogram_quantile(0.95, {rate}), {most:g}) > 0) or {idle}")
