"""What the program is told and nobody may read: carried as outputs from the engine to where they are used."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The stack's secrets, encrypted wherever they are kept."""

    api_key: pulumi.Output[str]
    """Clients send it as `Authorization: Bearer ...`."""
    hugging_face_token: pulumi.Output[str] | None
    """Downloads gated weights into the origin bucket; None where no model is gated."""
