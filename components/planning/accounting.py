"""The money of a planned fleet: per token, against APIs, asleep, in cascades, and by who pays."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.catalog import api_prices
from components.planning import economics, limits, pricing
from components.planning.economics_plan import (
    ApiComparison,
    CascadePlan,
    EconomicsPlan,
    ModelEconomics,
    Sleep,
    TokenCost,
)
from components.planning.model_plan import DemandPlan, ModelPlan
from components.planning.plan import CostLine, RegionPlan
from components.planning.ranges import Range, total
from components.settings.accounting import CascadeSettings
from components.settings.fleet import FleetSettings

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One model in one region, with what its GPU nodes cost there."""

    region: str
    plan: ModelPlan
    usd_per_hour: Range

    @property
    def prefill_seconds(self) -> float:
        """Of a replica's time, for one prompt."""
        return self.plan.demand.input_tokens / self.plan.throughput.prefill_tokens_per_second

    @property
    def decode_seconds(self) -> float:
        """Of a replica's time, for one answer among all that it writes at once."""
        return self.plan.demand.output_tokens / self.plan.throughput.decode_tokens_per_second

    @property
    def tokens_per_request(self) -> int:
        return self.plan.demand.input_tokens + self.plan.demand.output_tokens

    @property
    def tokens_per_replica_day(self) -> float:
        """At the utilisation band's upper edge."""
        return self.plan.throughput.requests_per_second * SECONDS_PER_DAY * self.tokens_per_request

    @property
    def elastic_usd_per_hour(self) -> float:
        """Of a replica above the floor, as it is bought, with its part of the node's disk."""
        disk = pricing.node_disk_usd_per_hour(self.region) / self.plan.pod.pods_per_node
        return pricing.elastic_usd_per_hour(self.plan, self.region) + disk

    @property
    def busy_usd_per_token(self) -> float:
        return self.elastic_usd_per_hour * 24 / self.tokens_per_replica_day


def economics_plan(
    settings: FleetSettings, regions: tuple[RegionPlan, ...], costs: tuple[CostLine, ...]
) -> EconomicsPlan:
    """Of the whole fleet; cascades over models without a plan or without demand are left out."""
    everywhere = {one.name: _served(one.name, regions) for one in regions[0].models}
    lines = [line for here in regions for line in here.costs] + list(costs)
    other = total(line.usd_per_hour for line in lines if line.model is None)
    gpus = sum(one.usd_per_hour.expected for served in everywhere.values() for one in served)
    models = {
        name: _model(served, other.times(sum(one.usd_per_hour.expected for one in served) / (gpus or 1)))
        for name, served in everywhere.items()
    }
    return EconomicsPlan(
        models=tuple(models.values()),
        cascades=tuple(
            _cascade(name, one, models, everywhere[one.large][0].plan.demand)
            for name, one in settings.cascades.items()
            if all(key in models and models[key].tokens_per_day for key in (one.small, one.large))
        ),
        usd_per_month_by_share=_by_share(settings, lines),
    )


def _served(name: str, regions: tuple[RegionPlan, ...]) -> tuple[Served, ...]:
    return tuple(
        Served(
            region=here.region,
            plan=model,
            usd_per_hour=total(line.usd_per_hour for line in here.costs if line.model == name),
        )
        for here in regions
        for model in here.models
        if model.name == name
    )


def _model(served: tuple[Served, ...], other: Range) -> ModelEconomics:
    """Over all regions; `other` is the model's part of everything that is not a GPU node, in dollars an hour."""
    first = served[0].plan
    usd_per_hour = sum(one.usd_per_hour.expected for one in served)
    tokens_per_day = (
        sum(one.plan.demand.mean_requests_per_second for one in served)
        * SECONDS_PER_DAY
        * served[0].tokens_per_request
    )
    floor_tokens = sum(one.plan.replicas.floor * one.tokens_per_replica_day for one in served)
    fixed_usd = (sum(one.usd_per_hour.floor for one in served) + other.floor) * 24
    return ModelEconomics(
        model=first.name,
        usd_per_month=(usd_per_hour + other.expected) * limits.HOURS_PER_MONTH,
        tokens_per_day=tokens_per_day,
        floor_tokens_per_day=floor_tokens,
        ceiling_tokens_per_day=sum(one.plan.replicas.ceiling * one.tokens_per_replica_day for one in served),
        gpu_cost=_expected_cost(served, usd_per_hour),
        full_cost=_expected_cost(served, usd_per_hour + other.expected),
        busy_cost=_busy_cost(served),
        # What grows, grows where a token is cheapest: the break-even is the earliest there can be.
        apis=_apis(
            first, tokens_per_day, fixed_usd, floor_tokens, min(one.busy_usd_per_token for one in served)
        ),
        sleep=_sleep(served),
    )


def _expected_cost(served: tuple[Served, ...], usd_per_hour: float) -> TokenCost:
    """Dollars of an hour over the mean hour's tokens; regions' seconds are weighted by their requests."""
    weights = [one.plan.demand.mean_requests_per_second for one in served]
    hourly = sum(weights) * 3600
    demand = served[0].plan.demand
    return economics.token_cost(
        usd_per_hour,
        hourly * demand.input_tokens,
        hourly * demand.output_tokens,
        prefill_seconds=sum(w * one.prefill_seconds for w, one in zip(weights, served, strict=True)),
        decode_seconds=sum(w * one.decode_seconds for w, one in zip(weights, served, strict=True)),
    )


def _busy_cost(served: tuple[Served, ...]) -> TokenCost:
    """With every replica full: what it costs to carry the mean demand on no more than it needs."""
    needed = sum(
        one.plan.demand.mean_requests_per_second
        / one.plan.throughput.requests_per_second
        * one.elastic_usd_per_hour
        for one in served
    )
    return _expected_cost(served, needed)


def _apis(
    model: ModelPlan, tokens_per_day: float, fixed_usd: float, fixed_tokens: float, further: float
) -> tuple[ApiComparison, ...]:
    demand = model.demand
    mixed = demand.input_tokens + demand.output_tokens
    found = []
    for offer in api_prices.OFFERS.get(model.model.name, ()):
        price = TokenCost(
            usd_per_million_input=offer.usd_per_million_input,
            usd_per_million_output=offer.usd_per_million_output,
        )
        usd_per_token = price.usd_per_request(demand.input_tokens, demand.output_tokens) / mixed
        found.append(
            ApiComparison(
                provider=offer.provider,
                price=price,
                compared=offer.compared,
                usd_per_month=usd_per_token * tokens_per_day * limits.HOURS_PER_MONTH / 24,
                break_even_tokens_per_day=economics.break_even_tokens_per_day(
                    fixed_usd, fixed_tokens, further, usd_per_token
                ),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.usd_per_month))


def _sleep(served: tuple[Served, ...]) -> Sleep:
    """Against the floor, or against one replica a region where the floor is zero already."""
    workload = served[0].plan.workload
    hours = economics.HOURS_ASLEEP_PER_WEEK[workload]
    awake = sum(
        one.usd_per_hour.floor if one.plan.replicas.floor else one.elastic_usd_per_hour for one in served
    )
    return Sleep(
        workload=workload,
        hours_asleep_per_week=hours,
        allowed=workload in economics.MAY_SLEEP,
        taken=all(one.plan.replicas.floor == 0 for one in served),
        usd_per_month=economics.sleep_usd_per_month(awake, hours),
        first_answer_seconds=max(one.plan.cold_start.seconds for one in served),
    )


def _cascade(
    name: str, chosen: CascadeSettings, models: Mapping[str, ModelEconomics], demand: DemandPlan
) -> CascadePlan:
    """At what a further request costs: floors that stand idle cost the same with a cascade and without."""
    requests_per_day = models[chosen.large].tokens_per_day / (demand.input_tokens + demand.output_tokens)
    small_cost = models[chosen.small].busy_cost
    small = small_cost.usd_per_request(demand.input_tokens, demand.output_tokens)
    check = small_cost.usd_per_request(0, chosen.check_output_tokens)
    large = models[chosen.large].busy_cost.usd_per_request(demand.input_tokens, demand.output_tokens)
    both = economics.cascade_usd(small, check, large, chosen.escalation_rate)
    return CascadePlan(
        name=name,
        small=chosen.small,
        large=chosen.large,
        escalation_rate=chosen.escalation_rate,
        usd_per_thousand_requests=both * 1000,
        large_usd_per_thousand_requests=large * 1000,
        stops_paying_at=economics.cascade_stops_paying_at(small, check, large),
        usd_saved_per_month=(large - both) * requests_per_day * limits.HOURS_PER_MONTH / 24,
    )


def _by_share(settings: FleetSettings, lines: list[CostLine]) -> Mapping[str, float]:
    """The expected bill: a model's GPU dollars by its own shares if it has any, everything else by the fleet's."""
    own = {name: one.cost_shares for name, one in settings.models.items() if one.cost_shares}
    if not settings.cost_shares and not own:
        return {}
    found: dict[str, float] = {}
    for line in lines:
        shares = own.get(line.model or "", settings.cost_shares)
        monthly = line.usd_per_hour.expected * limits.HOURS_PER_MONTH
        for name, usd in economics.shared_usd(monthly, shares).items():
            found[name] = found.get(name, 0.0) + usd
    return found
