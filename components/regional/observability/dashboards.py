"""Grafana dashboards, built with Grafana's own SDK."""

from collections.abc import Iterable
from typing import Final

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.builders import prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from components.catalog import metrics
from components.planning import labels
from components.regional.observability import rules

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="prometheus")
WIDTH, HEIGHT = 12, 8

Panel = tuple[str, str, str, str]
"""Title, unit, query, legend."""

NAMESPACE: Final = f'{{namespace="{labels.SERVING_NAMESPACE}"}}'

FLEET: Final[tuple[Panel, ...]] = (
    (
        "Requests running",
        "short",
        f"sum by (model_name) ({metrics.REQUESTS_RUNNING}{NAMESPACE})",
        "{{model_name}}",
    ),
    (
        "Requests waiting",
        "short",
        f"sum by (model_name) ({metrics.REQUESTS_WAITING}{NAMESPACE})",
        "{{model_name}}",
    ),
    ("Ready replicas", "short", f"{metrics.DEPLOYMENT_READY}{NAMESPACE}", "{{deployment}}"),
    ("Time to first token, p95", "s", rules.TTFT_P95, "{{model_name}}"),
    ("Between tokens, p95", "s", rules.INTER_TOKEN_P95, "{{model_name}}"),
    (
        "Pending model servers",
        "short",
        f'sum({metrics.POD_STATUS}{{namespace="{labels.SERVING_NAMESPACE}",phase="Pending"}})',
        "pending",
    ),
)

MODEL: Final[tuple[Panel, ...]] = (
    (
        "Tokens generated a second",
        "short",
        f"sum by (model_name) (rate({metrics.GENERATION_TOKENS}{NAMESPACE}[5m]))",
        "{{model_name}}",
    ),
    (
        "Prompt tokens a second",
        "short",
        f"sum by (model_name) (rate({metrics.PROMPT_TOKENS}{NAMESPACE}[5m]))",
        "{{model_name}}",
    ),
    (
        "KV cache in use",
        "percentunit",
        f"max by (model_name, pod) ({metrics.KV_CACHE_USE}{NAMESPACE})",
        "{{pod}}",
    ),
    (
        "Prefix cache hits",
        "percentunit",
        f"sum by (model_name) (rate({metrics.PREFIX_HITS}{NAMESPACE}[5m]))"
        f" / sum by (model_name) (rate({metrics.PREFIX_QUERIES}{NAMESPACE}[5m]))",
        "{{model_name}}",
    ),
    (
        "Time in queue, p95",
        "s",
        f"histogram_quantile(0.95, sum by (model_name, le) (rate({metrics.QUEUE_TIME}_bucket{NAMESPACE}[5m])))",
        "{{model_name}}",
    ),
    (
        "Requests finished a second",
        "short",
        f"sum by (model_name, finished_reason) (rate({metrics.REQUEST_SUCCESS}{NAMESPACE}[5m]))",
        "{{model_name}} {{finished_reason}}",
    ),
    (
        "Preemptions a second",
        "short",
        f"sum by (model_name) (rate({metrics.PREEMPTIONS}{NAMESPACE}[5m]))",
        "{{model_name}}",
    ),
)

GPU: Final[tuple[Panel, ...]] = (
    ("Utilisation", "percent", f"avg by (exported_pod) ({metrics.GPU_UTILISATION})", "{{exported_pod}}"),
    (
        "Memory used",
        "percentunit",
        f"{metrics.GPU_MEMORY_USED} / ({metrics.GPU_MEMORY_USED} + {metrics.GPU_MEMORY_FREE})",
        "{{hostname}} {{gpu}}",
    ),
    ("Temperature", "celsius", metrics.GPU_TEMPERATURE, "{{hostname}} {{gpu}}"),
    ("Power", "watt", metrics.GPU_POWER, "{{hostname}} {{gpu}}"),
    ("Xid errors", "short", metrics.GPU_XID, "{{hostname}} {{gpu}}"),
)

COST: Final[tuple[Panel, ...]] = (
    ("GPU nodes, $ an hour", "currencyUSD", rules.GPU_USD, "{{label_llm_fleet_family}}"),
    (
        "Tokens for a dollar",
        "short",
        f"3600 * sum(rate({metrics.GENERATION_TOKENS}{NAMESPACE}[1h])) / sum({rules.GPU_USD})",
        "generated",
    ),
    (
        "GPUs of each pool, used of allowed",
        "percentunit",
        f'{metrics.NODEPOOL_USAGE}{{resource_type="nvidia.com/gpu"}}'
        f' / {metrics.NODEPOOL_LIMIT}{{resource_type="nvidia.com/gpu"}}',
        "{{nodepool}}",
    ),
    (
        "GPU nodes by purchase",
        "short",
        f'count by (label_llm_fleet_capacity) ({metrics.NODE_LABELS}{{label_llm_fleet_capacity!=""}})',
        "{{label_llm_fleet_capacity}}",
    ),
)

ALL: Final[dict[str, tuple[str, tuple[Panel, ...]]]] = {
    "fleet": ("Fleet", FLEET),
    "model": ("Models", MODEL),
    "gpu": ("GPUs", GPU),
    "cost": ("Cost", COST),
}


def dashboard(uid: str) -> str:
    """One dashboard as Grafana's JSON."""
    title, panels = ALL[uid]
    built = (
        board.Dashboard(f"LLM fleet / {title}")
        .uid(f"llm-fleet-{uid}")
        .tags(["llm-fleet"])
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
    )
    for panel in _panels(panels):
        built = built.with_panel(panel)
    return JSONEncoder(sort_keys=True, indent=2).encode(built.build())


def _panels(panels: Iterable[Panel]) -> Iterable[timeseries.Panel]:
    for title, unit, query, legend in panels:
        target = prometheus.Dataquery().expr(query).legend_format(legend).ref_id("A")
        yield (
            timeseries.Panel()
            .title(title)
            .unit(unit)
            .datasource(SOURCE)
            .height(HEIGHT)
            .span(WIDTH)
            .with_target(target)
        )
