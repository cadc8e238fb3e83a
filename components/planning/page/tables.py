"""Every model in every region, and what is left of each when a region is lost."""

from components.planning.model_plan import ModelPlan
from components.planning.page.markup import Child, Markup, tag
from components.planning.page.parts import ahead, by_model, section, table
from components.planning.plan import FleetPlan, RegionPlan, Survival
from components.planning.pricing import usd_per_million_tokens

MODELS = (
    "Model",
    "Region",
    "Weights",
    "Instance type and GPUs",
    "Replicas",
    "Expected",
    "Ahead",
    "Peak req/s",
    "Ceiling req/s",
    "First token, p95 ms",
    "Between tokens, ms",
    "Cold start, s",
    "$ per 1M tokens",
)


def models(plan: FleetPlan) -> Markup:
    """One line for each, with why its GPU was chosen where that was not simply the first choice."""
    found = by_model(plan)
    told = [
        tag("li", tag("b", f"{model.name} in {here.region}"), f": {model.accelerator_reason}")
        for here, model in found
        if model.accelerator_reason != "first choice"
    ]
    reasons = [tag("ul", *told, class_="reasons")] if told else []
    rows = [_row(here, model) for here, model in found]
    return section("models", "Models", table("Models by region", MODELS, rows, texts=4), *reasons)


def _row(here: RegionPlan, model: ModelPlan) -> tuple[Child, ...]:
    held, speed = model.replicas, model.throughput
    return (
        model.name,
        here.region,
        f"{model.model.name}, {model.precision}",
        f"{model.accelerator.instance_type}, {model.engine.tensor_parallel}",
        f"{held.floor}–{held.ceiling}",
        f"{held.expected:.1f}",
        ahead(model),
        f"{model.demand.peak_requests_per_second:.3g}",
        f"{held.ceiling * speed.requests_per_second:.3g}",
        f"{speed.time_to_first_token_seconds * 1000:,.0f}",
        f"{speed.inter_token_seconds * 1000:.0f}",
        f"{model.cold_start.seconds:.0f}",
        f"{usd_per_million_tokens(model, here.region)[0]:.2f}",
    )


def survival(plan: FleetPlan) -> Markup:
    """Whether the others carry the peak, for each region lost and each model."""
    head = ("Without", "Model", "Verdict", "Peak req/s", "Others carry", "Of the peak")
    rows = [_survival(one) for one in plan.survivals]
    return section(
        "survival",
        "When a region is lost",
        table("What the remaining regions carry at their ceilings", head, rows, texts=3),
    )


def _survival(one: Survival) -> tuple[Child, ...]:
    peak, capacity = one.peak_requests_per_second, one.capacity_requests_per_second
    verdict = tag("span", "holds", class_="good") if one.holds else tag("span", "falls short", class_="bad")
    return (
        one.lost_region,
        one.model,
        verdict,
        f"{peak:g}",
        f"{capacity:.3g}",
        f"{capacity / peak:.0%}",
    )
