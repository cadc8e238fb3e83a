"""How long we remember, and how loudly we speak."""

from typing import Annotated

from pydantic import Field, PositiveInt, StringConstraints

from components.settings.base import Settings


class ObservabilitySettings(Settings):
    """Retention of metrics and logs."""

    metrics_days: Annotated[int, Field(ge=1, le=90)] = 15
    metrics_gib: PositiveInt = 100
    """Volume of each Prometheus replica."""
    log_days: Annotated[int, Field(ge=1, le=3653)] = 30
    """CloudWatch retention of control-plane, flow and firewall logs; must be a period CloudWatch offers."""
    runbook_url: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=500)]
    """The page alerts link to, such as the README where your team keeps it; each alert adds its own anchor."""
