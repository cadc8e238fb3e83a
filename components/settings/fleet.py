"""The whole fleet of one stack."""

from typing import Annotated

from pydantic import Field, StringConstraints

from components.settings.accounting import CascadeSettings, CostShares
from components.settings.base import Environment, Label, Settings
from components.settings.budget import BudgetSettings
from components.settings.model import ModelSettings
from components.settings.observability import ObservabilitySettings
from components.settings.region import RegionSettings
from components.settings.traffic import TrafficSettings
from components.settings.weights import WeightsSettings

Tag = Annotated[str, StringConstraints(pattern=r"^[\w .:/=+@-]{1,128}$")]


class FleetSettings(Settings):
    """Everything a stack file chooses."""

    environment: Environment
    """production asks for two replicas and a quorum that development does without."""

    deletion_protection: bool | None = None
    """Whether AWS refuses to delete clusters, load balancers and weights; left out, in production. Set it to false and run
    `up` before a `destroy` that is meant."""

    owner: Tag
    """The team that answers for the fleet; a tag on everything."""

    cost_center: Tag
    """Where the bill goes; a tag on everything, activated for cost allocation."""

    home_region: str
    """The region that holds the origin of the weights."""

    budget: BudgetSettings
    traffic: TrafficSettings
    weights: WeightsSettings = WeightsSettings()
    observability: ObservabilitySettings
    regions: Annotated[dict[str, RegionSettings], Field(min_length=1)]
    models: Annotated[dict[Label, ModelSettings], Field(min_length=1)]

    cost_shares: CostShares = Field(default_factory=dict)
    """Fraction of the bill by feature or tenant, such as {search: 0.5, chat: 0.3}; the rest is shown as unassigned."""

    cascades: dict[Label, CascadeSettings] = Field(default_factory=dict)
    """Pairs of models of which the smaller is asked first."""

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def shares(self) -> dict[str, float]:
        """Of the traffic, by region."""
        return {name: one.traffic_share for name, one in self.regions.items()}
