"""The bill, line by line, in US dollars an hour: at the floor, as expected over a month, and at the ceiling."""

import math
from collections.abc import Iterable, Iterator

from components.catalog import prices
from components.planning import limits
from components.planning.coldstart import IMAGE_GB
from components.planning.model_plan import ModelPlan
from components.planning.node_plan import SystemNodesPlan
from components.planning.plan import CostLine, NetworkPlan, StoragePlan
from components.planning.ranges import Range, total
from components.settings.fleet import FleetSettings

ENDPOINTS = 9
"""Interface endpoints a region keeps; the network's table has as many rows and a test holds them equal."""

BYTES_PER_TOKEN = 4
"""Of streamed answer text, before framing."""

STREAM_OVERHEAD = 30
"""Server-sent events wrap a token in some 30 times its text (JSON of one chat completion chunk)."""

LOG_GB_PER_NODE_HOUR = 0.02
"""Flow, control-plane and container logs that reach CloudWatch."""

READS_PER_REPLICA_HOUR = 0.05
"""Times an hour a replica loads its weights: elastic replicas live for hours, floors for weeks."""


def per_hour(usd_per_month: float) -> float:
    return usd_per_month / limits.HOURS_PER_MONTH


def steady(usd_per_hour: float) -> Range:
    """A line that costs the same whatever the traffic."""
    return Range(floor=usd_per_hour, expected=usd_per_hour, ceiling=usd_per_hour)


def replica_usd_per_hour(model: ModelPlan, region: str) -> tuple[float, float]:
    """A replica's part of its node, on-demand and on spot; one price where spot is not planned on."""
    pods = model.pod.pods_per_node
    own = prices.on_demand_usd_per_hour(model.accelerator.instance_type, region)
    return own / pods, (prices.spot_usd_per_hour(model.accelerator.instance_type, region) or own) / pods


def elastic_usd_per_hour(model: ModelPlan, region: str) -> float:
    """A replica above the floor: as much of them on spot as is allowed, the rest on-demand."""
    own, spot = replica_usd_per_hour(model, region)
    held = model.replicas
    above = held.ceiling - held.floor
    on_spot = min(held.spot_ceiling - held.spot_floor, above) / above if above else 0.0
    return on_spot * spot + (1 - on_spot) * own


def gpu_lines(model: ModelPlan, region: str) -> Iterator[CostLine]:
    """Whole GPU nodes of one model: its floor as bought, above it as expected, and all on-demand at the ceiling."""
    own, spot = replica_usd_per_hour(model, region)
    held, pods = model.replicas, model.pod.pods_per_node
    # A node is paid for whole, however few of its GPUs the floor needs.
    paid_od, paid_spot = (math.ceil(part / pods) * pods for part in (held.on_demand_floor, held.spot_floor))
    yield _line("GPU on-demand, floor", model, steady(paid_od * own))
    if held.spot_floor:
        yield _line("GPU spot, floor", model, steady(paid_spot * spot))
    mean = max(model.nodes.expected * pods - paid_od - paid_spot, 0) * elastic_usd_per_hour(model, region)
    whole_nodes = max(model.nodes.ceiling * pods - paid_od - paid_spot, 0)
    yield _line("GPU elastic", model, Range(floor=0.0, expected=mean, ceiling=whole_nodes * own))
    yield _line("GPU node disks", model, model.nodes.times(node_disk_usd_per_hour(region)))


def node_disk_usd_per_hour(region: str) -> float:
    """The root volume of one GPU node."""
    root = prices.gp3_usd_per_month(
        limits.ROOT_VOLUME_GIB, limits.ROOT_VOLUME_IOPS, limits.ROOT_VOLUME_MB_PER_SECOND
    )
    return per_hour(root) * prices.index(region)


def _line(item: str, model: ModelPlan | None, usd: Range) -> CostLine:
    return CostLine(item=item, model=model.name if model else None, usd_per_hour=usd)


def answer_gb_per_hour(model: ModelPlan, requests_per_second: float) -> float:
    """Streamed answers that leave the region."""
    return requests_per_second * 3600 * model.demand.output_tokens * BYTES_PER_TOKEN * STREAM_OVERHEAD / 1e9


def _traffic(models: Iterable[ModelPlan], usd_per_gb: float) -> Range:
    """Of answers, at no traffic, mean and peak."""
    mean = peak = 0.0
    for model in models:
        mean += answer_gb_per_hour(model, model.demand.mean_requests_per_second) * usd_per_gb
        peak += answer_gb_per_hour(model, model.demand.peak_requests_per_second) * usd_per_gb
    return Range(floor=0.0, expected=mean, ceiling=peak)


def region_lines(
    region: str,
    models: tuple[ModelPlan, ...],
    network: NetworkPlan,
    system: SystemNodesPlan,
    storage: StoragePlan,
    metrics_gib: int,
) -> tuple[CostLine, ...]:
    """Everything one region is billed for."""
    at = prices.index(region)
    nodes = prices.on_demand_usd_per_hour(system.instance_type, region)
    gpu_nodes = Range(
        floor=sum(one.nodes.floor for one in models),
        expected=sum(one.nodes.expected for one in models),
        ceiling=sum(one.nodes.ceiling for one in models),
    )
    volumes = per_hour(prices.gp3_usd_per_month(metrics_gib + limits.SYSTEM_VOLUME_GIB * system.count))
    endpoints = ENDPOINTS * len(network.private) * prices.ENDPOINT_USD_PER_HOUR
    keys = per_hour(2 * prices.KMS_KEY_USD_PER_MONTH)
    entrance = prices.ALB_USD_PER_HOUR + len(network.public) * prices.PUBLIC_IPV4_USD_PER_HOUR
    lines = [
        *(line for model in models for line in gpu_lines(model, region)),
        _line("EKS control plane", None, steady(prices.EKS_USD_PER_HOUR)),
        _line("System nodes", None, steady(system.count * nodes)),
        _line("NAT gateways", None, _nat(len(network.nat_keys), gpu_nodes).times(at)),
        _line("Interface endpoints", None, steady(endpoints * at)),
        _line("Load balancer", None, _entrance(entrance, models).times(at)),
        _line("Firewall", None, _firewall(models)),
        _line("Answers to the internet", None, _traffic(models, prices.INTERNET_OUT_USD_PER_GB)),
        _line("Weights", None, _storage(storage, models, at)),
        _line("Metrics and system disks", None, steady(volumes * at)),
        _line("Logs", None, gpu_nodes.times(LOG_GB_PER_NODE_HOUR * prices.LOGS_USD_PER_GB * at)),
        _line("Keys", None, steady(keys)),
    ]
    return tuple(lines)


def _nat(gateways: int, gpu_nodes: Range) -> Range:
    """Gateways by the hour, and the server's image through them whenever a node starts."""
    pulled = gpu_nodes.times(READS_PER_REPLICA_HOUR * IMAGE_GB * prices.NAT_USD_PER_GB)
    return total([steady(gateways * prices.NAT_USD_PER_HOUR), pulled])


def _firewall(models: tuple[ModelPlan, ...]) -> Range:
    """By the month, and by the request."""
    each = 3600 * prices.WAF_USD_PER_MILLION_REQUESTS / 1e6
    asked = Range(
        floor=0.0,
        expected=sum(one.demand.mean_requests_per_second for one in models) * each,
        ceiling=sum(one.demand.peak_requests_per_second for one in models) * each,
    )
    return total([steady(per_hour(prices.WAF_USD_PER_MONTH)), asked])


def _entrance(fixed: float, models: tuple[ModelPlan, ...]) -> Range:
    """One capacity unit carries 1 GB an hour; streams count in bytes long before they count in connections."""
    units = _traffic(models, prices.ALB_LCU_USD_PER_HOUR)
    return Range(floor=fixed, expected=fixed + units.expected, ceiling=fixed + units.ceiling)


def _storage(storage: StoragePlan, models: tuple[ModelPlan, ...], at: float) -> Range:
    bucket = per_hour(storage.used_gib * prices.S3_USD_PER_GB_MONTH)
    if storage.kind == "fsx":
        rate = prices.FSX_USD_PER_GB_MONTH[storage.throughput_mb_per_tib]
        return steady((per_hour(storage.claim_gib * rate) + bucket) * at)
    kept = per_hour(storage.used_gib * prices.EFS_USD_PER_GB_MONTH) + bucket
    reads = [
        (one, one.weights.size_gib * READS_PER_REPLICA_HOUR * prices.EFS_READ_USD_PER_GB * at)
        for one in models
    ]
    return Range(
        floor=kept * at,
        expected=kept * at + sum(usd * one.replicas.expected for one, usd in reads),
        ceiling=kept * at + sum(usd * one.replicas.ceiling for one, usd in reads),
    )


def fleet_lines(
    settings: FleetSettings, weights_gib: float, models: tuple[ModelPlan, ...]
) -> tuple[CostLine, ...]:
    """What belongs to no region: entrance checks, the origin of the weights, and carrying them over once a month."""
    pairs = len(settings.regions) * len(settings.models)
    lines = [
        _line(
            "Weights origin and replication",
            None,
            steady(
                per_hour(
                    weights_gib * prices.S3_USD_PER_GB_MONTH
                    + weights_gib * len(settings.regions) * prices.INTER_REGION_USD_PER_GB
                )
            ),
        )
    ]
    if settings.traffic.method == "route53-latency":
        lines.append(
            _line("Health checks", None, steady(per_hour(pairs * prices.HEALTH_CHECK_USD_PER_MONTH)))
        )
    else:
        carried = _traffic(models, prices.GLOBAL_ACCELERATOR_USD_PER_GB)
        always = steady(prices.GLOBAL_ACCELERATOR_USD_PER_HOUR)
        lines.append(_line("Global Accelerator", None, total([always, carried])))
    return tuple(lines)


def usd_per_million_tokens(model: ModelPlan, region: str) -> tuple[float, float]:
    """GPU nodes at expected replicas over mean demand: per million tokens of both kinds, and of answers alone.

    Both are 0 in a region that receives no traffic: there is no token to lay its nodes on.
    """
    usd = sum(line.usd_per_hour.expected for line in gpu_lines(model, region))
    requests = model.demand.mean_requests_per_second * 3600
    if not requests:
        return 0.0, 0.0
    both = requests * (model.demand.input_tokens + model.demand.output_tokens) / 1e6
    answers = requests * model.demand.output_tokens / 1e6
    return usd / both, usd / answers
