"""What the fleet may cost, and who hears when it nears that."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveFloat

from components.settings.base import Settings


def _is_an_address(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) or len(value) > 254:
        raise ValueError("is not an e-mail address")
    return value


Email = Annotated[str, AfterValidator(_is_an_address)]


class BudgetSettings(Settings):
    """The monthly limit, the alarms below it, and the action at it."""

    monthly_usd: PositiveFloat
    """US dollars a month for the whole stack; a plan whose ceiling costs more is refused."""

    daily_usd: PositiveFloat | None = None
    """US dollars a day before an alarm; left out, one day's part of the month's."""

    emails: Annotated[tuple[Email, ...], Field(min_length=1, max_length=10)]
    """Who receives budget, anomaly and critical alerts. AWS takes at most ten per notification."""

    deny_capacity_at_percent: Annotated[float, Field(gt=0, le=200)] = 100
    """Percent of the monthly limit, actual, at which the node scalers may launch nothing more."""

    activate_tags: bool = False
    """Whether this stack activates the cost allocation tags its budget counts by. They belong to the whole account, so one
    stack does; and AWS knows a tag only a day after its first use, so an account's first `up` cannot."""

    anomaly_usd: PositiveFloat = 500
    """US dollars by which a day may differ from AWS's forecast before it counts as an anomaly."""
