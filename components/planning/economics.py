"""The formulas of money: what a token costs, when an API is cheaper, when a cascade or a sleeping model pays."""

from typing import Final

from components.planning import limits
from components.planning.economics_plan import TokenCost
from components.settings.base import Workload

HOURS_PER_WEEK: Final = 168

HOURS_ASLEEP_PER_WEEK: Final[dict[Workload, float]] = {
    "interactive": 0.0,
    # Office hours of two coasts, five days: 7 to 19.
    "internal": HOURS_PER_WEEK - 5 * 12,
    # One night run of four hours, every day.
    "batch": HOURS_PER_WEEK - 7 * 4,
    # Eight working hours, five days.
    "development": HOURS_PER_WEEK - 5 * 8,
}
"""Assumed, not measured: the hours in which nobody calls a model of each class."""

MAY_SLEEP: Final[frozenset[Workload]] = frozenset({"batch", "development"})
"""Somebody waits for an answer of the others, and a cold start takes minutes."""


def token_cost(
    usd: float, input_tokens: float, output_tokens: float, *, prefill_seconds: float, decode_seconds: float
) -> TokenCost:
    """Dollars over tokens read and written in the same time, split as prefill and decode share the replica's time.

    A request holds a replica for its prefill and for its part of the decode steps; both are in seconds of one replica, so
    that what is paid for idle time follows the same split. Where nothing is asked, a token costs nothing.
    """
    if not input_tokens:
        return TokenCost(usd_per_million_input=0.0, usd_per_million_output=0.0)
    read = usd * prefill_seconds / (prefill_seconds + decode_seconds)
    return TokenCost(
        usd_per_million_input=read / input_tokens * 1e6,
        usd_per_million_output=(usd - read) / output_tokens * 1e6,
    )


def break_even_tokens_per_day(
    fixed_usd_per_day: float,
    fixed_tokens_per_day: float,
    further_usd_per_token: float,
    api_usd_per_token: float,
) -> float | None:
    """Tokens a day from which the fleet costs no more than the API; None where it always costs more.

    The fleet pays a fixed sum, which carries so many tokens, and every token beyond at its own price; the API is paid by
    the token alone. Either the fixed sum is earned back before its replicas are full, or by what each token beyond is
    cheaper, if it is.
    """
    earned = api_usd_per_token * fixed_tokens_per_day
    if fixed_tokens_per_day > 0 and earned >= fixed_usd_per_day:
        return fixed_usd_per_day / api_usd_per_token
    gain = api_usd_per_token - further_usd_per_token
    if gain <= 0:
        return None
    return (fixed_usd_per_day - fixed_tokens_per_day * further_usd_per_token) / gain


def cascade_usd(small: float, check: float, large: float, escalation_rate: float) -> float:
    """Of one request: every one pays the small model and the check, those handed on pay the large model too."""
    return small + check + escalation_rate * large


def cascade_stops_paying_at(small: float, check: float, large: float) -> float:
    """The escalation rate at which a request costs what the large model alone costs; 0 where it never costs less."""
    return max(0.0, 1 - (small + check) / large)


def sleep_usd_per_month(usd_per_hour_awake: float, hours_asleep_per_week: float) -> float:
    """Saved by nodes that are gone for those hours of every week."""
    return usd_per_hour_awake * limits.HOURS_PER_MONTH * hours_asleep_per_week / HOURS_PER_WEEK


def shared_usd(usd: float, shares: dict[str, float]) -> dict[str, float]:
    """A cost by its shares; what is left over is `unassigned`."""
    parts = {name: usd * share for name, share in shares.items()}
    left = usd - sum(parts.values())
    return {**parts, "unassigned": parts.get("unassigned", 0.0) + max(left, 0.0)}
