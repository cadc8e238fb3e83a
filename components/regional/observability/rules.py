"""Recording and alert rules of one region; every threshold is the plan's."""

from collections.abc import Callable, Iterator
from typing import Any

from components.catalog import metrics, prices
from components.planning import labels, limits
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan

TTFT_P95 = "model:time_to_first_token_seconds:p95"
INTER_TOKEN_P95 = "model:inter_token_seconds:p95"
GPU_USD = "fleet:gpu_usd_per_hour"
RECORDED = frozenset({TTFT_P95, INTER_TOKEN_P95, GPU_USD})
"""Series that these rules make; dashboards may read them as well."""

NAMESPACE = f'namespace="{labels.SERVING_NAMESPACE}"'


def model_rule(plan: RegionPlan, model: ModelPlan) -> dict[str, Any]:
    """One PrometheusRule for each model: changing one model touches nobody else's."""
    return {"groups": [{"name": model.name, "rules": list(model_alerts(plan, model))}]}


def family_rule(plan: RegionPlan, family: str) -> dict[str, Any]:
    """What a family's nodes may cost."""
    return {"groups": [{"name": f"{family}-cost", "rules": [family_alert(plan, family)]}]}


def fleet_rule(plan: RegionPlan) -> dict[str, Any]:
    """What is recorded for all, and what operators are told."""
    return {
        "groups": [
            {"name": "recorded", "interval": "30s", "rules": list(recordings(plan))},
            {"name": "fleet", "rules": list(fleet_alerts(plan))},
        ]
    }


def recordings(plan: RegionPlan) -> Iterator[dict[str, Any]]:
    """Latency by model, and what the GPU nodes that are there cost an hour on-demand."""
    for name, histogram in ((TTFT_P95, metrics.TIME_TO_FIRST_TOKEN), (INTER_TOKEN_P95, metrics.INTER_TOKEN)):
        by = f"sum by (model_name, le) (rate({histogram}_bucket{{{NAMESPACE}}}[5m]))"
        yield {"record": name, "expr": f"histogram_quantile(0.95, {by})"}
    types = sorted({model.accelerator.instance_type for model in plan.models})
    # kube-state-metrics exports one series of value 1 per node.
    priced = [
        f"{prices.on_demand_usd_per_hour(one, plan.region):g} * "
        f'{metrics.NODE_LABELS}{{label_node_kubernetes_io_instance_type="{one}"}}'
        for one in types
    ]
    yield {"record": GPU_USD, "expr": f"sum by (label_llm_fleet_family) ({' or '.join(priced)})"}


def family_alert(plan: RegionPlan, family: str) -> dict[str, Any]:
    """Nodes beyond the plan: somebody else's pods, or an autoscaler that left its bounds."""
    most = plan.family_usd_per_hour[family]
    return alert(
        plan,
        "GpuCostOverPlan",
        f'{GPU_USD}{{label_llm_fleet_family="{family}"}} > {most:g}',
        lasting="10m",
        severity="critical",
        summary=f"{family} nodes cost ${{{{ $value | humanize }}}} an hour; the plan's ceiling is ${most:g}",
    )


def alert(
    plan: RegionPlan,
    name: str,
    expr: str,
    *,
    lasting: str,
    severity: str,
    summary: str,
    model: str | None = None,
) -> dict[str, Any]:
    """One alert: what, for how long, how bad, in a sentence, and where to read on."""
    about = {"severity": severity, "region": plan.region, **({"model": model} if model else {})}
    return {
        "alert": name,
        "expr": expr,
        "for": lasting,
        "labels": about,
        "annotations": {"summary": summary, "runbook_url": f"{plan.runbook_url}#{name.lower()}"},
    }


def model_alerts(plan: RegionPlan, model: ModelPlan) -> Iterator[dict[str, Any]]:
    """What users of one model would notice."""
    of = f'{{model_name="{model.name}",{NAMESPACE}}}'
    where = f"{model.name} in {plan.region}"

    def tell(name: str, expr: str, lasting: str, severity: str, summary: str) -> dict[str, Any]:
        return alert(
            plan,
            name,
            expr,
            lasting=lasting,
            severity=severity,
            summary=f"{where} {summary}",
            model=model.name,
        )

    yield tell(
        "ModelQueueLong",
        f"sum({metrics.REQUESTS_WAITING}{of}) > {limits.QUEUE_ALERT}",
        "2m",
        "critical",
        f"has had more than {limits.QUEUE_ALERT} requests waiting for two minutes",
    )
    yield tell(
        "ModelKvCacheFull",
        f"max({metrics.KV_CACHE_USE}{of}) > {limits.KV_CACHE_ALERT}",
        "5m",
        "warning",
        f"uses more than {limits.KV_CACHE_ALERT:.0%} of a replica's KV cache",
    )
    yield tell(
        "ModelFirstTokenSlow",
        f'{TTFT_P95}{{model_name="{model.name}"}} > {model.objective.time_to_first_token_seconds:g}',
        "10m",
        "critical" if model.workload == "interactive" else "warning",
        f"takes longer than the promised {model.objective.time_to_first_token_seconds:g} s to the first token (p95)",
    )
    yield tell(
        "ModelTokensSlow",
        f'{INTER_TOKEN_P95}{{model_name="{model.name}"}} > {model.objective.inter_token_seconds:g}',
        "10m",
        "warning",
        f"takes longer than the promised {model.objective.inter_token_seconds:g} s between tokens (p95)",
    )
    yield from _replica_alerts(model, tell)


Tell = Callable[[str, str, str, str, str], dict[str, Any]]
"""An alert of one model: its name, when, how long, how bad, and the rest of a sentence that begins with the model."""


def _replica_alerts(model: ModelPlan, tell: Tell) -> Iterator[dict[str, Any]]:
    """Too few, not steered any more, or all that there may be."""
    ready = f'{metrics.DEPLOYMENT_READY}{{deployment="{model.name}",{NAMESPACE}}}'
    if model.replicas.floor:
        yield tell("ModelDown", f"{ready} < 1 or absent({ready})", "1m", "critical", "has no ready replica")
    autoscaler = f'horizontalpodautoscaler="keda-hpa-{model.name}",{NAMESPACE}'
    # Of a model that sleeps the autoscaler is switched off, which is nothing to tell.
    yield tell(
        "ModelScalingBlind",
        f'{metrics.HPA_CONDITION}{{{autoscaler},condition="ScalingActive",status="false"}} == 1'
        f" and on(horizontalpodautoscaler) {metrics.HPA_DESIRED}{{{autoscaler}}} > 0",
        "5m",
        "critical",
        "stays at its replicas whatever comes: its autoscaler has had no measure for five minutes",
    )
    yield tell(
        "ModelAtCeiling",
        f"{metrics.HPA_DESIRED}{{{autoscaler}}} >= {model.replicas.ceiling}",
        "15m",
        "warning",
        f"has wanted all of its {model.replicas.ceiling} replicas for fifteen minutes",
    )


def fleet_alerts(plan: RegionPlan) -> Iterator[dict[str, Any]]:
    """What operators would notice."""

    def tell(name: str, expr: str, lasting: str, severity: str, summary: str) -> dict[str, Any]:
        return alert(plan, name, expr, lasting=lasting, severity=severity, summary=summary)

    yield tell(
        "GpuXidErrors",
        f"{metrics.GPU_XID} > 0",
        "0m",
        "critical",
        "GPU {{ $labels.gpu }} of {{ $labels.hostname }} reports Xid {{ $value }}; drain the node",
    )
    pending = f'{metrics.POD_STATUS}{{{NAMESPACE},phase="Pending"}}'
    patience = max(model.cold_start.seconds for model in plan.models)
    yield tell(
        "GpuPodsPending",
        f"sum({pending}) > 0",
        f"{int(patience // 60) + 5}m",
        "critical",
        "{{ $value }} model servers have waited longer for a node than any cold start takes",
    )
    if plan.node_pools:
        yield tell(
            "SpotInterruptions",
            f'sum(increase({metrics.INTERRUPTIONS}{{message_type="spot_interrupted"}}[15m])) > 3',
            "0m",
            "warning",
            "{{ $value | humanize }} spot nodes were taken back within fifteen minutes",
        )
    yield tell(
        "WeightsNotFilled",
        f'{metrics.JOB_FAILED}{{namespace="{labels.WEIGHTS_NAMESPACE}",condition="true"}} > 0',
        "0m",
        "critical",
        "{{ $labels.job_name }} failed; replicas of that revision wait for it",
    )
    yield tell(
        "ModelsUnseen",
        f"absent({metrics.REQUESTS_RUNNING}{{{NAMESPACE}}})",
        "5m",
        "critical",
        "Prometheus sees no model server at all; autoscaling holds its fallback",
    )
