import promql_parser
import pytest

from components.catalog import metrics
from components.regional.autoscaling.manifests import scaled_object


def prometheus_triggers(cloud):
    for one in cloud.kind("ScaledObject").values():
        for trigger in one.inputs["spec"]["triggers"]:
            if trigger["type"] == "prometheus":
                yield one.name, trigger


def test_every_query_is_promql(stack):
    for _, trigger in prometheus_triggers(stack):
        promql_parser.parse(trigger["metadata"]["query"])


def test_every_query_reads_current_names_only(stack):
    for name, trigger in prometheus_triggers(stack):
        for retired in metrics.RETIRED:
            assert retired not in trigger["metadata"]["query"], name


def test_four_signals_watch_every_model(stack):
    for one in stack.kind("ScaledObject").values():
        names = [
            trigger.get("name")
            for trigger in one.inputs["spec"]["triggers"]
            if trigger["type"] == "prometheus"
        ]
        assert names == ["waiting", "kv-cache", "gpu", "time-to-first-token"]


def test_every_value_in_a_trigger_is_text(stack):
    for one in stack.kind("ScaledObject").values():
        for trigger in one.inputs["spec"]["triggers"]:
            assert all(isinstance(value, str) for value in trigger["metadata"].values())


def test_idle_is_zero_and_blind_is_an_error(model):
    """Without requests the quantile is no number, and the queue's 0 answers; without servers nothing does."""
    queries = {
        one["name"]: one["metadata"]["query"]
        for one in scaled_object(model)["triggers"]
        if one["type"] == "prometheus"
    }
    assert queries["time-to-first-token"].endswith(
        f'or 0 * sum({metrics.REQUESTS_WAITING}{{model_name="llama-8b",namespace="serving"}})'
    )
    assert not any("vector(0)" in query for query in queries.values())


def test_a_busy_gpu_counts_only_where_somebody_waits_and_its_query_dies_with_the_queue_s(model):
    query = next(one for one in scaled_object(model)["triggers"] if one.get("name") == "gpu")["metadata"][
        "query"
    ]
    queue = f'{metrics.REQUESTS_WAITING}{{model_name="llama-8b",namespace="serving"}}'
    assert query.endswith(f" * (avg({queue}) >= bool 1) or 0 * sum({queue})")


def test_the_cache_s_threshold_is_written_in_thousandths_at_most(stack):
    """KEDA hands on no more digits than three."""
    for name, trigger in prometheus_triggers(stack):
        if trigger["name"] == "kv-cache":
            assert 0 < float(trigger["metadata"]["threshold"]) <= 1, name
            assert len(trigger["metadata"]["threshold"]) <= len("0.123"), name


def test_a_model_that_sleeps_may_be_unseen(region):
    (sleeper,) = [one for one in region.models if one.replicas.floor == 0]
    scaled = scaled_object(sleeper)
    assert all(
        one["metadata"]["query"].endswith("or vector(0)")
        for one in scaled["triggers"]
        if one["type"] == "prometheus"
    )
    assert scaled["fallback"]["replicas"] == 0
    assert [one["type"] for one in scaled["triggers"]][-1] == "cron"


def test_the_pace_is_the_settings(model):
    behavior = scaled_object(model)["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior == {
        "scaleUp": {
            "stabilizationWindowSeconds": 60,
            "policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 120}],
        },
    }


def test_a_total_is_shared_out_and_ratios_are_not(model):
    kinds = {
        one["name"]: one["metricType"]
        for one in scaled_object(model)["triggers"]
        if one["type"] == "prometheus"
    }
    assert kinds == {
        "waiting": "AverageValue",
        "kv-cache": "Value",
        "gpu": "Value",
        "time-to-first-token": "Value",
    }


@pytest.mark.parametrize("length", [63])
def test_the_autoscaler_kubernetes_makes_has_a_legal_name(stack, length):
    for one in stack.kind("ScaledObject").values():
        assert len(f"keda-hpa-{one.inputs['metadata']['name']}") <= length
