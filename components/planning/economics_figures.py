"""The fleet's money and quotas as data and as tables."""

from typing import Any

from components.planning.amounts import usd
from components.planning.economics_plan import (
    ApiComparison,
    CascadePlan,
    EconomicsPlan,
    ModelEconomics,
    TokenCost,
)
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.quotas import needs
from components.planning.sheets import Sheet, change, tokens


def economics_data(plan: EconomicsPlan) -> dict[str, Any]:
    """Every figure of the economics, by model, cascade and share."""
    return {
        "models": {one.model: _model(one) for one in plan.models},
        "cascades": {one.name: _cascade(one) for one in plan.cascades},
        "usd_per_month_by_share": {name: round(usd, 2) for name, usd in plan.usd_per_month_by_share.items()},
    }


def _model(one: ModelEconomics) -> dict[str, Any]:
    return {
        "usd_per_month": round(one.usd_per_month, 2),
        "tokens_per_day": round(one.tokens_per_day),
        "floor_tokens_per_day": round(one.floor_tokens_per_day),
        "ceiling_tokens_per_day": round(one.ceiling_tokens_per_day),
        "gpu_nodes_only": _cost(one.gpu_cost),
        "everything": _cost(one.full_cost),
        "replicas_full": _cost(one.busy_cost),
        "apis": {api.provider: _api(api) for api in one.apis},
        "sleep": {
            "workload": one.sleep.workload,
            "hours_asleep_per_week": one.sleep.hours_asleep_per_week,
            "allowed": one.sleep.allowed,
            "taken": one.sleep.taken,
            "usd_per_month": round(one.sleep.usd_per_month, 2),
            "first_answer_seconds": round(one.sleep.first_answer_seconds),
        },
    }


def _cost(cost: TokenCost) -> dict[str, float]:
    return {
        "usd_per_million_input": round(cost.usd_per_million_input, 4),
        "usd_per_million_output": round(cost.usd_per_million_output, 4),
    }


def _api(api: ApiComparison) -> dict[str, Any]:
    found = api.break_even_tokens_per_day
    return {
        **_cost(api.price),
        "compared": api.compared,
        "usd_per_month": round(api.usd_per_month, 2),
        "break_even_tokens_per_day": None if found is None else round(found),
    }


def _cascade(one: CascadePlan) -> dict[str, Any]:
    return {
        "small": one.small,
        "large": one.large,
        "escalation_rate": one.escalation_rate,
        "pays": one.pays,
        "stops_paying_at": round(one.stops_paying_at, 4),
        "usd_per_thousand_requests": round(one.usd_per_thousand_requests, 4),
        "large_usd_per_thousand_requests": round(one.large_usd_per_thousand_requests, 4),
        "usd_saved_per_month": round(one.usd_saved_per_month, 2),
    }


def quotas_data(here: RegionPlan) -> dict[str, Any]:
    """What one region needs of each quota, by code."""
    return {
        need.quota.code: {
            "title": need.quota.title,
            "service": need.quota.service,
            "unit": need.quota.unit,
            "needed": need.needed,
            "default": need.quota.default,
            "reason": need.reason,
        }
        for need in needs(here)
    }


def quotas_sheet(plan: FleetPlan) -> Sheet:
    """Every quota of every region."""
    return Sheet(
        title="Service Quotas at the ceiling",
        columns=("Region", "Quota", "Code", "needed", "new account", "sum"),
        names=3,
        sentences=1,
        rows=tuple(
            (
                here.region,
                need.quota.title,
                need.quota.code,
                f"{need.needed} {need.quota.unit}",
                f"{need.quota.default}",
                need.reason,
            )
            for here in plan.regions
            for need in needs(here)
        ),
    )


def economics_sheets(plan: FleetPlan) -> tuple[Sheet, ...]:
    """Tokens, APIs, sleep, cascades and shares, each where there is something to show."""
    money = plan.economics
    return (
        _token_sheet(money),
        _api_sheet(money),
        _sleep_sheet(money),
        _cascade_sheet(money),
        Sheet(
            title="Who pays, dollars a month as expected",
            columns=("Feature or tenant", "$/month"),
            rows=tuple((name, usd(amount)) for name, amount in money.usd_per_month_by_share.items()),
        ),
    )


def _pair(cost: TokenCost) -> str:
    return f"{cost.usd_per_million_input:.3f}/{cost.usd_per_million_output:.2f}"


def _token_sheet(money: EconomicsPlan) -> Sheet:
    return Sheet(
        title="Dollars per million tokens read/written",
        columns=("Model", "tokens/day", "GPU nodes", "everything", "replicas full", "$/month"),
        rows=tuple(
            (
                one.model,
                tokens(one.tokens_per_day),
                _pair(one.gpu_cost),
                _pair(one.full_cost),
                _pair(one.busy_cost),
                usd(one.usd_per_month),
            )
            for one in money.models
        ),
        note=(
            "Expected replicas at mean demand, split by the seconds prefill and decode take; replicas full: GPU nodes"
            " as bought above the floor, at the utilisation band's upper edge; what a further request costs."
        ),
    )


def _api_sheet(money: EconomicsPlan) -> Sheet:
    return Sheet(
        title="Against APIs",
        columns=("Model", "Provider", "$/1M in/out", "API $/month", "ours $/month", "break-even/day"),
        names=2,
        rows=tuple(
            (
                one.model if place == 0 else "",
                api.provider + ("" if api.compared else "*"),
                _pair(api.price),
                usd(api.usd_per_month),
                usd(one.usd_per_month),
                _break_even(api, one),
            )
            for one in money.models
            for place, api in enumerate(one.apis)
        ),
        note=(
            "Break-even: tokens a day, prompts and answers, from which the fleet is cheaper; `never`: even full replicas"
            " cost more a token. * the price was not confirmed by a second table."
        ),
    )


def _break_even(api: ApiComparison, one: ModelEconomics) -> str:
    found = api.break_even_tokens_per_day
    beyond = found is not None and found > one.ceiling_tokens_per_day
    return tokens(found) + (" (beyond the ceiling)" if beyond else "")


def _sleep_sheet(money: EconomicsPlan) -> Sheet:
    return Sheet(
        title="Scale to zero",
        columns=("Model", "Workload", "hours asleep/week", "saves $/month", "first answer", ""),
        names=2,
        rows=tuple(
            (
                one.model,
                one.sleep.workload,
                f"{one.sleep.hours_asleep_per_week:g}",
                usd(one.sleep.usd_per_month),
                f"{one.sleep.first_answer_seconds:.0f} s",
                "taken" if one.sleep.taken else "allowed" if one.sleep.allowed else "refused",
            )
            for one in money.models
        ),
        note="Hours are assumed by class of workload; refused: somebody waits for the answer.",
    )


def _cascade_sheet(money: EconomicsPlan) -> Sheet:
    return Sheet(
        title="Cascades",
        columns=("Cascade", "escalated", "stops paying at", "$/1,000 requests", "large alone", "$/month"),
        rows=tuple(
            (
                f"{one.name}: {one.small}, then {one.large}",
                f"{one.escalation_rate:.0%}",
                f"{one.stops_paying_at:.0%}",
                f"{one.usd_per_thousand_requests:.3f}",
                f"{one.large_usd_per_thousand_requests:.3f}",
                change(-one.usd_saved_per_month),
            )
            for one in money.cascades
        ),
    )
