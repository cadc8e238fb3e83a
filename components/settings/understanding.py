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

ATTEMPTS = 8
"""Rounds of setting faulty parts aside: each may uncover a required key that went with them."""

STAND_INS: Mapping[tuple[str, ...], Any] = {
    ("environment",): "production",
    ("owner",): "nobody",
    ("cost_center",): "nothing",
    ("home_region",): "",
    ("budget", "monthly_usd"): 1e12,
    ("budget", "emails"): ["nobody@example.com"],
    ("traffic", "domain"): "llm.example.com",
    ("traffic", "hosted_zone"): "example.com",
    ("observability", "runbook_url"): "https://example.com",
}
"""What a required key is taken for while the rest is checked; nothing is ever built with one."""

NAMED = ("models", "regions", "cascades")
"""Maps of which one entry may be set aside while the others are checked."""

BLOCKS = {("budget",), ("traffic",), ("observability",)}


def understand(raw: Any, stack: str, plan: Callable[[FleetSettings, str], Plan]) -> Plan:
    """The plan of a stack file's fleet; raises `Mistakes` with all of them, those of the plan included.

    Parts that cannot be read are set aside so that the rest is still checked and planned: whoever mends the file sees
    the whole list the first time.
    """
    settings, mistakes = _read(raw)
    result: Plan | None = None
    if settings is not None:
        # A rule over a key that is already refused would only complain about its stand-in.
        refused = {one.path.split(".")[1] for one in mistakes if one.path.count(".")} - set(NAMED)
        mistakes.extend(one for one in mistakes_in(settings) if one.path.split(".")[1] not in refused)
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
                mistakes = [_mistake(error) for error in _outermost_causes(invalid)]
            if not all(_set_aside(remaining, error) for error in invalid.errors()):
                break
    return None, mistakes


def _outermost_causes(invalid: ValidationError) -> list[Any]:
    """Without complaints about a whole that follow from one of its parts, such as a list left too short."""
    errors: list[Any] = list(invalid.errors())
    places = [tuple(error["loc"]) for error in errors]
    return [
        error
        for error, place in zip(errors, places, strict=True)
        if not any(other != place and other[: len(place)] == place for other in places)
    ]


def _mistake(error: Any) -> Mistake:
    place = [str(step) for step in error["loc"] if step != "[key]"]
    path = ".".join(["fleet", *place])
    if error["type"] == "extra_forbidden":
        return Mistake(path, suggest_key(place[-1], sorted(_fields_at(place[:-1]))))
    if error["type"] == "missing":
        return Mistake(path, "is missing")
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    said = error["msg"].removeprefix("Value error, ")
    return Mistake(path, f"{said[0].lower()}{said[1:]}{shown}")


def _fields_at(place: list[str]) -> set[str]:
    """Keys allowed at a path."""
    current: Any = FleetSettings
    for step in place:
        if isinstance(current, tuple):
            # A map's own key, such as a model's name: what it leads to was found with the map.
            current = current[1]
        elif current is not None:
            field = current.model_fields.get(step)
            current = _block(field.annotation) if field else None
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
    """Replace or remove what an error is about, so that the rest can be read; whether that was possible."""
    place = tuple(step for step in error["loc"] if step != "[key]")
    if place in STAND_INS:
        _put(raw, place, STAND_INS[place])
        return True
    if error["type"] == "missing" and place[:1] in BLOCKS:
        _put(raw, place, {})
        return True
    if error["type"] == "missing" or not place:
        if len(place) < 3 or place[0] not in NAMED:
            return False
        place = place[:2]
    return _remove(raw, place)


def _put(raw: Any, place: tuple[Any, ...], value: Any) -> None:
    parent = raw
    for step in place[:-1]:
        if not isinstance(parent.get(step), dict):
            parent[step] = {}
        parent = parent[step]
    parent[place[-1]] = value


def _remove(raw: Any, place: tuple[Any, ...]) -> bool:
    parent = raw
    for step in place[:-1]:
        if isinstance(parent, Mapping):
            parent = parent.get(step)
        elif isinstance(parent, list) and isinstance(step, int) and step < len(parent):
            parent = parent[step]
    if isinstance(parent, dict):
        parent.pop(place[-1], None)
    elif isinstance(parent, list) and isinstance(place[-1], int) and place[-1] < len(parent):
        del parent[place[-1]]
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
