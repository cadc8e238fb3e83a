"""The stack's configuration, planned: the only place that reads `pulumi.Config`."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import pulumi

from components.settings import stackfile
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake, Mistakes
from components.settings.secrets import Secrets
from components.settings.understanding import understand


class Plannable(Protocol):
    """A plan that knows which secrets it cannot do without, and which of its settings are still an example's."""

    @property
    def secrets(self) -> tuple[str, ...]: ...

    @property
    def examples(self) -> tuple[Mistake, ...]: ...


Plan = TypeVar("Plan", bound=Plannable)


def load(plan: Callable[[FleetSettings, str], Plan]) -> tuple[Plan, Secrets]:
    """The plan of this stack and its secrets; refuses the whole with a path to every mistake, without a traceback."""
    config, stack = pulumi.Config(), pulumi.get_stack()
    missing: list[Mistake] = []

    def planned(settings: FleetSettings, name: str) -> Plan:
        decided = plan(settings, name)
        missing.extend(_absent(config, decided.secrets))
        return decided

    try:
        decided = understand(config.get_object("fleet"), stack, planned)
        if missing:
            raise Mistakes(missing, f"Pulumi.{stack}.yaml lacks secrets")
    except Mistakes as refused:
        raise pulumi.RunError(str(Mistakes([*refused.mistakes, *missing], refused.title))) from None
    for example in decided.examples:
        pulumi.log.warn(f"{example}: set your own before `pulumi up`")
    gated = stackfile.HUGGING_FACE_TOKEN in decided.secrets
    return decided, Secrets(
        api_key=config.require_secret(stackfile.API_KEY),
        hugging_face_token=config.require_secret(stackfile.HUGGING_FACE_TOKEN) if gated else None,
    )


def _absent(config: pulumi.Config, names: tuple[str, ...]) -> list[Mistake]:
    # get_secret hands out an Output; only its presence is looked at here, never its value.
    return [
        Mistake(name, f"is not set; run: pulumi config set --secret {name}")
        for name in names
        if config.get_secret(name) is None
    ]
