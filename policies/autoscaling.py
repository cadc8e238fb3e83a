"""Triggers that an autoscaler can trust: series that exist, one number each, silence that is not taken for rest."""

import re
from collections.abc import Iterator
from typing import Any

from components.catalog import metrics
from components.planning import labels
from policies.rule import Resource, Rule, at, items

SERIES = re.compile(r"\b(?:vllm:\w+|DCGM_\w+|karpenter_\w+|kube_\w+)\b")
ONE_NUMBER = re.compile(r"^(?:sum|avg|max|min|count|histogram_quantile|vector|scalar)\(")
GROUPED = re.compile(r"\b(?:by|without)\s*\(\s*(?!le\s*\))")
MATCHER = re.compile(r'\{[^}]*\b(?:model_name="|exported_pod=~")')


def prometheus_triggers(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and metadata of every trigger of a ScaledObject that asks Prometheus."""
    if resource.kind != "ScaledObject":
        return
    for trigger in items(resource.inputs, "spec", "triggers"):
        if at(trigger, "type") == "prometheus":
            yield str(at(trigger, "name") or "unnamed"), dict(at(trigger, "metadata") or {})


def triggers_name_known_series(resource: Resource) -> Iterator[str]:
    for name, metadata in prometheus_triggers(resource):
        read = SERIES.findall(str(metadata.get("query", "")))
        if not read:
            yield f"trigger {name} reads no series that the fleet knows"
        for series in read:
            if series not in metrics.KNOWN:
                yield f"trigger {name} reads {series}, which nothing in the fleet exports"


def silence_is_not_idleness(resource: Resource) -> Iterator[str]:
    """KEDA reads an empty answer as 0 unless told otherwise, and removes replicas when Prometheus dies."""
    if resource.kind != "ScaledObject":
        return
    for name, metadata in prometheus_triggers(resource):
        if metadata.get("ignoreNullValues") != "false":
            yield f'trigger {name} takes a missing series for 0; set ignoreNullValues to "false"'
        if "metricName" in metadata:
            yield f"trigger {name} sets metricName, which KEDA removed in 2.12"
    if at(resource.inputs, "spec", "fallback", "replicas") is None:
        yield "has no fallback: without Prometheus nothing says how many replicas to hold"


def _alternatives(query: str) -> list[str]:
    """The sides of every `or` that is not inside a function or a selector, without brackets, `0 *` and `clamp_max`."""
    bare = query.strip()
    while bare.startswith("(") and _closes(bare) == len(bare) - 1:
        bare = bare[1:-1].strip()
    depth, start, found = 0, 0, []
    for place, letter in enumerate(bare):
        depth += (letter in "({[") - (letter in ")}]")
        if depth == 0 and bare[place : place + 4] == " or ":
            found.append(bare[start:place])
            start = place + 4
    if found:
        return [inner for side in [*found, bare[start:]] for inner in _alternatives(side)]
    if bare.startswith("("):
        return _alternatives(bare[: _closes(bare) + 1])
    return [re.sub(r"^(?:[\d.]+\s*\*\s*|clamp_max\()+", "", bare)]


def _closes(text: str) -> int:
    """Where the bracket that opens a text closes."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place
    return -1


def triggers_answer_with_one_number(resource: Resource) -> Iterator[str]:
    """KEDA fails on an answer of several series; every alternative of a query must add up to one."""
    for name, metadata in prometheus_triggers(resource):
        query = str(metadata.get("query", ""))
        if query.count("(") != query.count(")"):
            yield f"trigger {name} has a query whose brackets do not match"
        elif GROUPED.search(query) or not all(ONE_NUMBER.match(one) for one in _alternatives(query)):
            yield f"trigger {name} may answer with several series, which KEDA refuses; wrap its query in sum or max"


def triggers_watch_their_own_model(resource: Resource) -> Iterator[str]:
    """A model that scales on another's queue grows when the other is busy, and not when it is."""
    for name, metadata in prometheus_triggers(resource):
        query, own = str(metadata.get("query", "")), re.escape(resource.title)
        named = set(re.findall(r'model_name="([^"]+)"', query))
        pods = re.findall(r'exported_pod=~"([^"]+)"', query)
        if not MATCHER.search(query):
            yield f"trigger {name} reads the series of every model"
        elif named - {resource.title} or any(not re.match(rf"{own}-\[", pod) for pod in pods):
            yield f"trigger {name} reads the series of another model"


def triggers_ask_our_prometheus(resource: Resource) -> Iterator[str]:
    for name, metadata in prometheus_triggers(resource):
        if metadata.get("serverAddress") != labels.PROMETHEUS_URL:
            yield f"trigger {name} asks {metadata.get('serverAddress')}, which is not the region's Prometheus"
        if "unsafeSsl" in metadata:
            yield f"trigger {name} takes any certificate"


def _threshold(metadata: dict[str, Any]) -> float:
    try:
        return float(metadata.get("threshold", 0))
    except ValueError:
        return 0.0


def thresholds_fit_their_units(resource: Resource) -> Iterator[str]:
    """AverageValue divides a sum by the replicas; Value multiplies a ratio by them. The wrong one never settles."""
    if resource.kind != "ScaledObject":
        return
    kinds = {at(one, "name"): at(one, "metricType") for one in items(resource.inputs, "spec", "triggers")}
    for name, metadata in prometheus_triggers(resource):
        query, threshold = str(metadata.get("query", "")), _threshold(metadata)
        if threshold <= 0:
            yield f"trigger {name} has the threshold {metadata.get('threshold')!r}; it must be a number above 0"
        if metrics.KV_CACHE_USE in query and threshold > 1:
            yield f"trigger {name} waits for {threshold:g} of a fraction that ends at 1"
        if metrics.GPU_UTILISATION in query and not 1 < threshold <= 100:
            yield f"trigger {name} waits for {threshold:g} of a percentage"
        wanted = "AverageValue" if query.lstrip("(").startswith("sum(") else "Value"
        if (kinds.get(name) or "AverageValue") != wanted:
            yield f"trigger {name} is of metricType {kinds.get(name)}; its query wants {wanted}"


RULES = (
    Rule(
        name="triggers-name-known-series",
        assures="every trigger reads series that the pinned vLLM, DCGM exporter or Karpenter exports",
        remedy="use the names in catalog/metrics.py",
        resource=triggers_name_known_series,
    ),
    Rule(
        name="silence-is-not-idleness",
        assures="a dead Prometheus holds replicas instead of removing them",
        remedy='set ignoreNullValues to "false" on every trigger, and a fallback',
        resource=silence_is_not_idleness,
    ),
    Rule(
        name="triggers-answer-with-one-number",
        assures="every trigger's query answers with exactly one number",
        remedy="aggregate the query with sum, avg, max or histogram_quantile, and group it by nothing",
        resource=triggers_answer_with_one_number,
    ),
    Rule(
        name="triggers-watch-their-own-model",
        assures="every model scales on its own series and on nobody else's",
        remedy="name the model in model_name or exported_pod of every selector",
        resource=triggers_watch_their_own_model,
    ),
    Rule(
        name="triggers-ask-our-prometheus",
        assures="every trigger asks the Prometheus of its own region",
        remedy="use planning.labels.PROMETHEUS_URL",
        resource=triggers_ask_our_prometheus,
    ),
    Rule(
        name="thresholds-fit-their-units",
        assures="every threshold is above zero and in the unit of what it is compared with",
        remedy="use fractions for the KV cache, percent for the GPU, AverageValue for sums and Value for the rest",
        resource=thresholds_fit_their_units,
    ),
)
