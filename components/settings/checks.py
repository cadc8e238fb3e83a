"""What one key cannot say about itself: every rule that looks at two settings, or at a setting and the catalog."""

import difflib
import math
from collections.abc import Iterator
from itertools import combinations

from components.catalog import accelerators, models, prices, quotas, regions
from components.settings.accounting_checks import mistakes_in_accounts
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake
from components.settings.model import LoadSettings, ModelSettings
from components.settings.region import RegionSettings

WIDEST_P95 = 3.8
"""Means: a lognormal's 95th percentile is nowhere above exp(1.645^2 / 2) = 3.87 of them."""


def mistakes_in(settings: FleetSettings) -> Iterator[Mistake]:
    """Everything wrong that is seen without planning."""
    yield from _whole(settings)
    yield from _cidrs_are_disjoint(settings)
    yield from mistakes_in_accounts(settings)
    for name, region in settings.regions.items():
        yield from _region(f"fleet.regions.{name}", name, region)
    for name, model in settings.models.items():
        yield from _model(f"fleet.models.{name}", model, tuple(settings.regions))


def _whole(settings: FleetSettings) -> Iterator[Mistake]:
    if settings.home_region not in settings.regions:
        chosen = ", ".join(settings.regions)
        yield Mistake(
            "fleet.home_region", f"{settings.home_region} is not one of the fleet's regions: {chosen}"
        )
    shares = sum(settings.shares.values())
    if not math.isclose(shares, 1, abs_tol=1e-6):
        yield Mistake("fleet.regions", f"traffic_share adds up to {shares:g} over all regions; it must be 1")
    traffic = settings.traffic
    if not traffic.domain.endswith(f".{traffic.hosted_zone}"):
        yield Mistake(
            "fleet.traffic.domain",
            f"{traffic.domain} must lie inside the hosted zone, such as llm.{traffic.hosted_zone}",
        )
    if settings.observability.log_days not in quotas.LOG_RETENTION_DAYS:
        offered = ", ".join(map(str, quotas.LOG_RETENTION_DAYS))
        yield Mistake("fleet.observability.log_days", f"CloudWatch keeps logs for one of {offered} days")
    if traffic.survive_region_loss and len(settings.regions) < 2:
        yield Mistake(
            "fleet.traffic.survive_region_loss",
            "true needs a second region; with one, nothing else carries its traffic",
        )
    if len(set(settings.budget.emails)) < len(settings.budget.emails):
        yield Mistake("fleet.budget.emails", "an address is listed twice")


def _cidrs_are_disjoint(settings: FleetSettings) -> Iterator[Mistake]:
    for (one, here), (other, there) in combinations(settings.regions.items(), 2):
        if here.vpc_cidr.overlaps(there.vpc_cidr):
            yield Mistake(
                f"fleet.regions.{other}.vpc_cidr",
                f"{there.vpc_cidr} overlaps {one}'s {here.vpc_cidr}; regions that may ever be peered need their own",
            )


def _region(path: str, name: str, region: RegionSettings) -> Iterator[Mistake]:
    if name not in regions.regions():
        yield Mistake(path, regions.suggest(name))
        return
    if name not in prices.REGION_INDEX:
        yield Mistake(
            path, f"no prices are known for {name}; python -m components.catalog refresh reads them"
        )
    if not 16 <= region.vpc_cidr.prefixlen <= 20:
        yield Mistake(
            f"{path}.vpc_cidr", f"{region.vpc_cidr} must be a /16 to /20: pods take addresses from it too"
        )
    known = regions.find(name).zones
    for position, zone in enumerate(region.zones):
        if zone not in known:
            yield Mistake(
                f"{path}.zones.{position}", f"{zone} is not a zone id of {name}: {', '.join(known)}"
            )
    if len(set(region.zones)) < len(region.zones):
        yield Mistake(f"{path}.zones", "a zone is listed twice")
    yield from _operators(path, region)
    if region.system_nodes.instance_type not in prices.SYSTEM_INSTANCES:
        offered = ", ".join(sorted(prices.SYSTEM_INSTANCES))
        yield Mistake(
            f"{path}.system_nodes.instance_type",
            f"{region.system_nodes.instance_type} is not among the system instance types: {offered}",
        )


def _operators(path: str, region: RegionSettings) -> Iterator[Mistake]:
    for position, cidr in enumerate(region.operator_cidrs):
        if cidr.prefixlen < 8:
            text = f"{cidr} opens the Kubernetes API to much of the internet; list your own networks"
            yield Mistake(f"{path}.operator_cidrs.{position}", text)
    if not region.operator_cidrs and not region.reached_from_inside:
        text = (
            "is empty, so nobody outside the VPC could reach the Kubernetes API, `pulumi up` included;"
            " list your own networks, or say reached_from_inside: true where it runs inside"
        )
        yield Mistake(f"{path}.operator_cidrs", text)


def _model(path: str, model: ModelSettings, fleet_regions: tuple[str, ...]) -> Iterator[Mistake]:
    yield from _instance_types(path, model, fleet_regions)
    if model.model not in models.MODELS:
        yield Mistake(f"{path}.model", models.suggest(model.model))
    else:
        yield from _weights(path, model)
    least, most = model.replicas.min, model.replicas.max
    if least is not None and most is not None and least > most:
        yield Mistake(f"{path}.replicas.max", f"{most} is below min, which is {least}")
    owned = model.purchase.on_demand_floor
    if owned is not None and least is not None and owned > least:
        yield Mistake(f"{path}.purchase.on_demand_floor", f"{owned} is above replicas.min, which is {least}")
    longest = model.load.input_tokens + model.load.output_tokens
    if longest > model.context_tokens:
        yield Mistake(
            f"{path}.context_tokens",
            f"{model.context_tokens} is shorter than a mean request of {longest} tokens",
        )
    yield from _load(f"{path}.load", model.load)
    for name, peak in model.scaling.known_peaks.items():
        for key in ("start", "end"):
            if len(getattr(peak, key).split()) != 5:
                yield Mistake(
                    f"{path}.scaling.known_peaks.{name}.{key}", "must have five fields, such as 30 8 * * 1-5"
                )
        if peak.start == peak.end:
            yield Mistake(f"{path}.scaling.known_peaks.{name}.end", "must differ from start")


def _load(path: str, load: LoadSettings) -> Iterator[Mistake]:
    lengths = {
        "input_tokens": (load.input_tokens, load.input_tokens_p95),
        "output_tokens": (load.output_tokens, load.output_tokens_p95),
    }
    for key, (mean, p95) in lengths.items():
        if p95 is not None and not mean <= p95 <= WIDEST_P95 * mean:
            text = f"{p95} must lie between {key}, {mean}, and {WIDEST_P95:g} times it: lengths are taken as lognormal"
            yield Mistake(f"{path}.{key}_p95", text)
    if load.by_hour is not None and "average_over_peak" in load.model_fields_set:
        mean_hour = sum(load.by_hour) / len(load.by_hour)
        text = f"follows from by_hour, whose mean is {mean_hour:.3g}; leave one of the two out"
        yield Mistake(f"{path}.average_over_peak", text)


def _instance_types(path: str, model: ModelSettings, fleet_regions: tuple[str, ...]) -> Iterator[Mistake]:
    for position, one in enumerate(model.instance_types):
        here = f"{path}.instance_types.{position}"
        if one not in accelerators.ACCELERATORS:
            yield Mistake(here, accelerators.suggest(one))
        elif not any(regions.offered(one, region) for region in fleet_regions):
            offered = ", ".join(regions.offered_in(one))
            yield Mistake(here, f"{one} is offered in none of the fleet's regions; AWS sells it in {offered}")
    if len(set(model.instance_types)) < len(model.instance_types):
        yield Mistake(f"{path}.instance_types", "a type is listed twice")


def _weights(path: str, model: ModelSettings) -> Iterator[Mistake]:
    known = models.find(model.model)
    if model.context_tokens > known.max_context:
        text = f"{model.context_tokens} is more than the {known.max_context} tokens {known.name} was made for"
        yield Mistake(f"{path}.context_tokens", text)
    if model.revision is None and (model.repository is not None or known.revision is None):
        source = model.repository or known.repository
        text = (
            f"must name the full commit of {source} to serve: nothing is served that could change overnight"
        )
        yield Mistake(f"{path}.revision", text)
    if model.precision not in (None, known.native_precision, "fp8") and model.repository is None:
        text = (
            f"{known.name} is published in {known.native_precision}; {model.precision} needs the repository of a"
            " checkpoint quantised so"
        )
        yield Mistake(f"{path}.precision", text)


def suggest_key(key: str, allowed: list[str]) -> str:
    """What to tell somebody whose key does not exist."""
    near = difflib.get_close_matches(key, allowed, n=1)
    return "unknown key; " + (
        f"did you mean {near[0]}?" if near else f"allowed: {', '.join(sorted(allowed))}"
    )
