"""Each model's placement in each region against everything else it could have been, with the reasons."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from components.planning import alternatives, disaggregation, memory_limits, mixes, offers, sharing
from components.planning.alternatives import Alternative, PurchaseMix
from components.planning.disaggregation import Mixed, Split
from components.planning.memory_limits import MemoryLimits
from components.planning.mixes import Mix
from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan
from components.planning.ranges import Range
from components.planning.replicas import Here
from components.planning.sharing import Sharing

TOLD = 5
"""Other placements that are listed."""

COMBINED = 3
"""Other instance types, besides the chosen one, of which pairs are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What else one model could run on in one region, and in which other ways."""

    region: str
    model: str
    chosen: Alternative
    why_chosen: str
    others: tuple[Alternative, ...]
    """Cheapest first."""
    purchase: PurchaseMix
    single: Mix | None
    """The best single type when requests of different lengths are told apart."""
    mix: Mix | None
    """Two types that cost less than it."""
    mixing: str
    shared: Sharing | None
    sharing: str
    together: Mixed
    apart: Split | None
    splitting: str
    memory: tuple[MemoryLimits, ...]
    """Of the chosen instance type."""


def recommendation(plan: FleetPlan, region: str, model: ModelPlan) -> Recommendation:
    """Computed when it is asked for: the plan itself needs none of it."""
    here = Here(region=region, settings=plan.settings)
    settings = plan.settings.models[model.name]
    taken = alternatives.chosen(model, here)
    ranked = alternatives.alternatives(model, here, offers.feasible(model, here))
    alike = tuple(one for one in ranked if one.precision == taken.precision)
    found = [one.placement for one in (taken, *alternatives.others(taken, alike, COMBINED))]
    least = max(model.replicas.floor, 1)
    single, mix = mixes.mix_of(model, here, found, least)
    together, apart = disaggregation.best(model, here, found, least)
    dear = alternatives.WORTH_TELLING * alternatives.mean_usd_per_hour(model, taken.placement)
    shares = sharing.sharings(model, here, sharing.ways(here, model.workload), dear)
    return Recommendation(
        region=region,
        model=model.name,
        chosen=taken,
        why_chosen=alternatives.why_chosen(taken, ranked, settings.instance_types),
        others=alternatives.others(taken, ranked, TOLD),
        purchase=alternatives.purchase_mix(model, region),
        single=single,
        mix=mix,
        mixing=mixes.sentence(single, mix),
        shared=shares[0] if shares else None,
        sharing=sharing.sentence(shares, taken, plan.settings.regions[region].node_scaler),
        together=together,
        apart=apart,
        splitting=disaggregation.sentence(model, together, apart),
        memory=memory_limits.limits_of_memory(settings, model.model, model.accelerator),
    )


def data(plan: FleetPlan, region: str, model: ModelPlan) -> dict[str, Any]:
    """The same for programs."""
    told = recommendation(plan, region, model)
    return {
        "why_chosen": told.why_chosen,
        "chosen": _placed(told.chosen),
        "alternatives": [
            {**_placed(one), "compared": alternatives.compared(one, told.chosen)} for one in told.others
        ],
        "purchase": _rounded(dataclasses.asdict(told.purchase)),
        "mix": {
            "verdict": told.mixing,
            "single": _nodes(told.single),
            "two_types": _nodes(told.mix),
        },
        "sharing": {"verdict": told.sharing, **_shared(told.shared)},
        "disaggregation": {"verdict": told.splitting, **_pools(told.together, told.apart)},
        "memory": [dataclasses.asdict(one) for one in told.memory],
    }


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 2) for key, value in figures.items()}


def _levels(amount: Range) -> dict[str, float]:
    return _rounded(dataclasses.asdict(amount))


def _placed(one: Alternative) -> dict[str, Any]:
    return {
        "instance_type": one.instance_type,
        "precision": one.precision,
        "gpus": one.tensor_parallel,
        "replicas": _levels(
            Range(floor=one.replicas.floor, expected=one.replicas.expected, ceiling=one.replicas.ceiling)
        ),
        "usd_per_month": _levels(one.usd_per_month),
        "tokens_per_second": round(one.tokens_per_second),
        "inter_token_seconds": round(one.inter_token_seconds, 4),
        "requests_per_second": round(one.placement.requests_per_second, 3),
    }


def _nodes(one: Mix | None) -> dict[str, Any] | None:
    return {"nodes": dict(one.nodes), "usd_per_month": round(one.usd_per_month, 2)} if one else None


def _shared(one: Sharing | None) -> dict[str, Any]:
    if one is None:
        return {}
    return {"partition": one.partition, "per_gpu": one.per_gpu, **_placed(one.alternative)}


def _pools(together: Mixed, apart: Split | None) -> dict[str, Any]:
    both = {
        "instance_type": together.placement.accelerator.instance_type,
        "replicas": together.replicas,
        "chunk_tokens": together.chunk_tokens,
        "first_token_seconds": round(together.first_token_seconds, 3),
        "usd_per_month": round(together.usd_per_month, 2),
    }
    if apart is None:
        return {"together": both, "apart": None}
    pools = {
        "prefill": {apart.prefill.accelerator.instance_type: apart.prefill_replicas},
        "decode": {apart.decode.accelerator.instance_type: apart.decode_replicas},
        "transfer_seconds": round(apart.transfer_seconds, 4),
        "usd_per_month": round(apart.usd_per_month, 2),
    }
    return {"together": both, "apart": pools}
