"""From what a person wrote to a plan, or to everything that is wrong with it in one go."""

import copy
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from components.settings.checks import mistakes_in, suggest_key
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake, Mistakes

Plan = TypeVar("Plan")

ATTEMPTS = 6
"""Rounds of setting faulty parts aside: each may uncover a required key that went with them."""


def understand(raw: Any, stack: str, plan: Callable[[FleetSettings, str], Plan]) -> Plan:
    """The plan of a stack file's fleet; raises `Mistakes` with all of them, those of the plan included.

    Parts that cannot be read are set aside so that the rest is still checked and planned: whoever mends the file sees
    the whole list the first time.
    """
    settings, mistakes = _read(raw)
    result: Plan | None = None
    if settings is not None:
        mistakes.extend(mistakes_in(settings))
        try:
            result = _plan_what_is_sound(settings, mistakes, stack, plan)
        except Mistakes as found:
            mistakes.extend(found.mistakes)
    if mistakes or result is None:
        raise Mistakes(mistakes, f"Pulumi.{stack}.yaml does not describe a fleet")
    return result


def _read(raw: Any) -> tuple[FleetSettings | None, list[Mistake]]:
    mistakes: list[Mistake] = []
    remaining = copy.deepcopy(raw)
    for attempt in range(ATTEMPTS):
        try:
            return FleetSettings.model_validate(remaining), mistakes
        except ValidationError as invalid:
            if attempt == 0:
                mistakes = [_mistake(error) for error in invalid.errors()]
            if not all(_set_aside(remaining, error) for error in invalid.errors()):
                break
    return None, mistakes


def _mistake(error: Any) -> Mistake:
    place = [str(step) for step in error["loc"] if step != "[key]"]
    path = ".".join(["fleet", *place])
    if error["type"] == "extra_forbidden":
        return Mistake(path, suggest_key(place[-1], sorted(_fields_at(place[:-1]))))
    if error["type"] == "missing":
        return Mistake(path, "is missing")
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    return Mistake(path, f"{error['msg'][0].lower()}{error['msg'][1:]}{shown}")


def _fields_at(place: list[str]) -> set[str]:
    """Keys allowed at a path."""
    current: Any = FleetSettings
    for step in place:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(step)
            current = _block(field.annotation) if field else None
        else:
            # A map's own key: what it leads to was found with the map.
            continue
        if isinstance(current, tuple):
            current = current[1]
            continue
    return (
        set(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else set()
    )


def _block(annotation: Any) -> Any:
    """The settings class an annotation leads to, through maps, unions and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [found for one in typing.get_args(annotation) if (found := _block(one)) is not None]
    if typing.get_origin(annotation) is dict and inner:
        return ("map", inner[-1])
    return inner[0] if inner else None


def _set_aside(raw: Any, error: Any) -> bool:
    """Remove what an error is about: the key itself, or the model or region around a key that is missing."""
    place = [step for step in error["loc"] if step != "[key]"]
    if error["type"] == "missing" or not place:
        if len(place) < 3 or place[0] not in ("models", "regions"):
            return False
        place = place[:2]
    parent = raw
    for step in place[:-1]:
        if not isinstance(parent, Mapping | list):
            return True
        parent = parent.get(step) if isinstance(parent, Mapping) else parent[step]
    if isinstance(parent, dict):
        parent.pop(place[-1], None)
    elif isinstance(parent, list):
        parent.clear()
    return True


def _plan_what_is_sound(
    settings: FleetSettings, mistakes: list[Mistake], stack: str, plan: Callable[[FleetSettings, str], Plan]
) -> Plan | None:
    """Plan without the models and regions that are already known to be wrong."""
    faulty = {tuple(one.path.split(".")[1:3]) for one in mistakes}
    models = {name: one for name, one in settings.models.items() if ("models", name) not in faulty}
    regions = {name: one for name, one in settings.regions.items() if ("regions", name) not in faulty}
    if not models or not regions:
        return None
    return plan(settings.model_copy(update={"models": models, "regions": regions}), stack)
