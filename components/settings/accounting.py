"""Who pays for the fleet, and which questions are asked of a small model first."""

from typing import Annotated

from pydantic import Field, StringConstraints

from components.settings.base import Settings, Share

Payer = Annotated[str, StringConstraints(pattern=r"^[\w .:/-]{1,64}$")]

CostShares = dict[Payer, Share]
"""Fraction of a cost by feature or tenant; together at most 1, and what is left over is `unassigned`."""

QuotaCode = Annotated[str, StringConstraints(pattern=r"^L-[0-9A-F]{8}$")]


class CascadeSettings(Settings):
    """Two of the fleet's models in a row: the small one answers, and hands on what it cannot."""

    small: str
    """The model asked first: a key under `models`."""

    large: str
    """The model asked where the small one's answer will not do; its load is taken for the requests' lengths."""

    escalation_rate: Share
    """Fraction of requests handed on; measure it, for the whole saving rests on it."""

    check_output_tokens: Annotated[int, Field(ge=0, le=1_048_576)] = 0
    """Tokens the small model writes to judge its own answer; 0 where token probabilities judge, which cost nothing."""
