import json
import re

import promql_parser
import pytest

from components.catalog import metrics
from components.regional.observability import dashboards, rules

HOME = "us-east-1"
NAMES = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def rules_of(cloud, region=HOME):
    for name, one in cloud.kind("PrometheusRule").items():
        if name.startswith(region):
            for group in one.inputs["spec"]["groups"]:
                yield from group["rules"]


def series(query: str) -> set[str]:
    """Names of the series a query reads: identifiers before a selector, a range, or alone."""
    promql_parser.parse(query)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|(?:by|on)\s*\([^)]*\)", " ", query)
    functions = set(re.findall(r"([a-z_]+)\s*\(", bare))
    words = {"or", "and", "by", "le", "on", "group_left"}
    return {word for word in NAMES.findall(bare) if not word.isdigit()} - functions - words


def test_every_expression_reads_series_that_exist(stack):
    for region in ("us-east-1", "eu-west-2", "us-east-2"):
        for rule in rules_of(stack, region):
            assert series(rule["expr"]) <= metrics.KNOWN | rules.RECORDED, rule


@pytest.mark.parametrize("uid", dashboards.ALL)
def test_every_panel_reads_series_that_exist(uid):
    _, panels = dashboards.ALL[uid]
    for title, _, query, _ in panels:
        assert series(query) <= metrics.KNOWN | rules.RECORDED, title


def test_every_alert_says_how_bad_it_is_what_it_is_and_where_to_read_on(prod):
    alerts = [rule for rule in rules_of(prod) if "alert" in rule]
    assert {rule["labels"]["severity"] for rule in alerts} == {"warning", "critical"}
    for rule in alerts:
        assert rule["annotations"]["summary"]
        assert (
            rule["annotations"]["runbook_url"]
            == f"https://wiki.example.com/llm-fleet#{rule['alert'].lower()}"
        )


def test_what_must_be_told_is_told(prod):
    assert {rule["alert"] for rule in rules_of(prod) if "alert" in rule} == {
        "ModelQueueLong", "ModelKvCacheFull", "ModelFirstTokenSlow", "ModelTokensSlow", "ModelDown",
        "ModelScalingBlind", "ModelAtCeiling", "GpuXidErrors", "GpuPodsPending", "SpotInterruptions",
        "GpuCostOverPlan", "WeightsNotFilled", "ModelsUnseen",
    }  # fmt: skip


def test_a_long_queue_is_twenty_for_two_minutes(prod):
    long = next(rule for rule in rules_of(prod) if rule.get("alert") == "ModelQueueLong")
    assert long["expr"].endswith("> 20")
    assert long["for"] == "2m"


def test_an_autoscaler_without_measures_is_told_unless_its_model_sleeps(prod):
    """When KEDA's operator falls and stays down, the autoscaler holds what it has and says so in this condition alone."""
    blind = [rule for rule in rules_of(prod) if rule.get("alert") == "ModelScalingBlind"]
    held = next(rule for rule in blind if rule["labels"]["model"] == "llama-8b")
    hpa = 'horizontalpodautoscaler="keda-hpa-llama-8b",namespace="serving"'
    assert held["expr"] == (
        f'kube_horizontalpodautoscaler_status_condition{{{hpa},condition="ScalingActive",status="false"}} == 1'
        f" and on(horizontalpodautoscaler) kube_horizontalpodautoscaler_status_desired_replicas{{{hpa}}} > 0"
    )
    assert {rule["labels"]["severity"] for rule in blind} == {"critical"}


def test_a_model_that_may_sleep_is_not_reported_down(prod):
    down = {rule["labels"]["model"] for rule in rules_of(prod) if rule.get("alert") == "ModelDown"}
    assert down == {"llama-8b", "gpt-oss-120b", "qwen-32b"}


def test_dashboards_are_found_by_grafana_and_are_whole(prod):
    maps = [one for name, one in prod.kind("ConfigMap").items() if name.startswith(f"{HOME}-seen-dashboard")]
    assert len(maps) == 4
    for one in maps:
        assert one.inputs["metadata"]["labels"] == {"grafana_dashboard": "1"}
        (text,) = one.inputs["data"].values()
        board = json.loads(text)
        assert board["panels"]
        assert all(panel["targets"][0]["refId"] == "A" for panel in board["panels"])


def test_one_monitor_scrapes_every_server_by_its_ports_name(prod):
    (monitor,) = [one for name, one in prod.kind("PodMonitor").items() if name.startswith(HOME)]
    (endpoint,) = monitor.inputs["spec"]["podMetricsEndpoints"]
    pod = prod.named(f"{HOME}-llama-8b-deployment").inputs["spec"]["template"]
    assert monitor.inputs["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert endpoint["port"] == pod["spec"]["containers"][0]["ports"][0]["name"]


def test_a_job_that_failed_once_and_then_succeeded_is_not_reported(prod):
    failed = next(rule for rule in rules_of(prod) if rule.get("alert") == "WeightsNotFilled")
    assert failed["expr"] == 'kube_job_failed{namespace="weights",condition="true"} > 0'


def test_the_label_of_a_gpus_node_is_spelled_as_the_exporter_spells_it(prod):
    xid = next(rule for rule in rules_of(prod) if rule.get("alert") == "GpuXidErrors")
    assert "$labels.hostname " in xid["annotations"]["summary"]
    legends = [legend for _, panels in dashboards.ALL.values() for *_, legend in panels]
    assert not [one for one in legends if "Hostname" in one]
