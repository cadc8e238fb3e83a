"""What the fleet's tokens cost, what others charge for them, and who pays."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.settings.base import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCost:
    """US dollars per million tokens, read and written."""

    usd_per_million_input: float
    usd_per_million_output: float

    def usd_per_request(self, input_tokens: float, output_tokens: float) -> float:
        read = input_tokens * self.usd_per_million_input
        return (read + output_tokens * self.usd_per_million_output) / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiComparison:
    """One model of the fleet against one provider's list price."""

    provider: str
    price: TokenCost
    compared: bool
    """Whether two independent tables agree on the price."""
    usd_per_month: float
    """For the demand the fleet is planned for."""
    break_even_tokens_per_day: float | None
    """Prompts and answers together, from which the fleet is the cheaper; None where it never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """What a model saves when nobody keeps it awake."""

    workload: Workload
    hours_asleep_per_week: float
    allowed: bool
    """Whether the plan lets this workload go to zero."""
    taken: bool
    """Whether its floor is zero already."""
    usd_per_month: float
    """Saved on GPU nodes against a floor that never sleeps."""
    first_answer_seconds: float
    """What the first caller waits after waking it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEconomics:
    """One model over all regions."""

    model: str
    usd_per_month: float
    """As expected: its GPU nodes, and its part of everything else by GPU dollars."""
    tokens_per_day: float
    """Prompts and answers, at mean demand."""
    floor_tokens_per_day: float
    """What the replicas at rest carry at the utilisation band's upper edge."""
    ceiling_tokens_per_day: float
    gpu_cost: TokenCost
    """GPU nodes alone, at expected utilisation."""
    full_cost: TokenCost
    """Everything the fleet is billed for, at expected utilisation."""
    busy_cost: TokenCost
    """GPU nodes as bought above the floor, every replica at the band's upper edge: what a further request costs."""
    apis: tuple[ApiComparison, ...]
    """Dearest first."""
    sleep: Sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadePlan:
    """A small model asked before a large one."""

    name: str
    small: str
    large: str
    escalation_rate: float
    usd_per_thousand_requests: float
    large_usd_per_thousand_requests: float
    """Without the small model in front."""
    stops_paying_at: float
    """The escalation rate above which the large model alone is the cheaper; 0 where the cascade never pays."""
    usd_saved_per_month: float
    """At the large model's mean demand; negative where the cascade costs more."""

    @property
    def pays(self) -> bool:
        return self.escalation_rate < self.stops_paying_at


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomicsPlan:
    """The money of the whole fleet, beyond the bill."""

    models: tuple[ModelEconomics, ...]
    cascades: tuple[CascadePlan, ...]
    usd_per_month_by_share: Mapping[str, float]
    """The expected bill by feature or tenant; what no share claims is `unassigned`. Empty where none is named."""
