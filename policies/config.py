"""What a team may tune of the rules, and what it may exempt from them, for how long and why."""

import fnmatch
import functools
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, ValidationError

from components.planning import limits
from components.settings.base import Settings, Share
from components.settings.checks import suggest_key
from components.settings.mistakes import Mistake, Mistakes

KEY: Final = "policies"
"""Of the stack file, after the project: `llm-fleet:policies`."""

LONGEST_EXEMPTION_DAYS: Final = 366
"""Whoever needs longer needs another rule."""

Count = Annotated[int, Field(ge=0, le=10_000)]


class Numbers(Settings):
    """The numbers of rules that a team may tune."""

    least_interactive_replicas: Annotated[int, Field(ge=1, le=100)] = limits.INTERACTIVE_LEAST_REPLICAS
    """Replicas per region of a model that somebody waits for, in production."""
    least_headroom_replicas: Count = 1
    """Replicas by which such a model's maximum exceeds its minimum."""
    least_production_regions: Annotated[int, Field(ge=1, le=20)] = 2
    """Regions that answer for such a model, so that one may be lost."""
    most_spot_share: Share = limits.MAX_SPOT_SHARE
    """Fraction of a family's GPUs that AWS may take back, where such a model is served."""
    least_down_window_seconds: Annotated[int, Field(ge=0, le=3600)] = limits.DOWN_WINDOW_SECONDS
    """Calm before a replica is removed."""
    longest_node_hours: Annotated[int, Field(ge=1, le=8760)] = 720
    """Age at which an elastic node is replaced, so that patches reach it; 720 is Karpenter's own default."""
    least_root_volume_gib: Annotated[int, Field(ge=20, le=16_384)] = limits.ROOT_VOLUME_GIB
    """Root volume of a GPU node."""
    longest_log_days: Annotated[int, Field(ge=1, le=3653)] = 400
    """Retention of any log group; nothing of a fleet's logs is worth more than a year and a month."""
    most_idle_development_gpus: Count = 1
    """GPUs that a development stack keeps awake day and night."""
    vcpu_quotas: dict[str, Count] = Field(default_factory=dict)
    """Quotas of the account in each region by Service Quotas' code, e.g. `L-DB2E81BA: 192`; only those are judged."""

    @functools.cached_property
    def by_name(self) -> Mapping[str, Any]:
        """As rules read them."""
        return dict(self)


class Exemption(Settings):
    """One rule that one or more resources need not obey until a day."""

    rule: str
    """Name of the rule."""
    resource: Annotated[str, StringConstraints(min_length=1)] = "*"
    """Name of the resource, or a pattern with `*` and `?`; findings about the whole are about `stack`."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
    """Why, in words that the next reader understands."""
    expires: date
    """Last day on which it holds, e.g. "2027-03-31"."""

    def covers(self, rule: str, resource: str) -> bool:
        return rule == self.rule and fnmatch.fnmatchcase(resource, self.resource)

    def lapse(self, today: date) -> str | None:
        """Why it does not hold today; None where it does."""
        if self.expires < today:
            return f"its exemption expired on {self.expires}"
        if (self.expires - today).days > LONGEST_EXEMPTION_DAYS:
            return f"its exemption until {self.expires} is longer than {LONGEST_EXEMPTION_DAYS} days and does not hold"
        return None


class PolicySettings(Settings):
    """How a stack, or an engine's policy configuration, tunes the rules."""

    numbers: Numbers = Numbers()
    exemptions: tuple[Exemption, ...] = ()


DEFAULT: Final = PolicySettings()


def read(raw: Any, rules: tuple[str, ...], top: str = KEY) -> PolicySettings:
    """The settings as written; raises `Mistakes` with every one of them by path, unknown rules included."""
    try:
        found = PolicySettings.model_validate({} if raw is None else raw)
    except ValidationError as invalid:
        raise Mistakes([_mistake(error, top) for error in invalid.errors()], _TITLE) from None
    unknown = [
        Mistake(
            f"{top}.exemptions.{place}.rule", f"{one.rule} is no rule: {suggest_key(one.rule, list(rules))}"
        )
        for place, one in enumerate(found.exemptions)
        if one.rule not in rules
    ]
    if unknown:
        raise Mistakes(unknown, _TITLE)
    return found


_TITLE: Final = "the policies cannot be configured like this"


def _mistake(error: Any, top: str) -> Mistake:
    place = [str(step) for step in error["loc"]]
    path = ".".join([top, *place])
    if error["type"] == "extra_forbidden":
        return Mistake(path, suggest_key(place[-1], sorted(_fields(place[:-1]))))
    if error["type"] == "missing":
        return Mistake(path, "is missing")
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    return Mistake(path, f"{error['msg'][0].lower()}{error['msg'][1:]}{shown}")


def _fields(place: list[str]) -> set[str]:
    blocks: Mapping[str, type[Settings]] = {"numbers": Numbers, "exemptions": Exemption}
    return set((blocks[place[0]] if place else PolicySettings).model_fields)


def schema(numbers: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """JSON schema of what the engine may configure of one rule: the numbers it reads, and its exemptions."""
    known = Numbers.model_json_schema()["properties"]
    read_by_rule = {
        name: {key: known[name][key] for key in known[name] if key != "title"} for name in numbers
    }
    exemption = Exemption.model_json_schema()["properties"]
    wanted = {name: exemption[name] for name in ("resource", "reason", "expires")}
    return {
        **read_by_rule,
        "exemptions": {
            "type": "array",
            "description": "Resources that need not obey the rule until a day, each with its reason.",
            "items": {
                "type": "object",
                "properties": wanted,
                "required": ["reason", "expires"],
                "additionalProperties": False,
            },
        },
    }


def configured(
    base: PolicySettings, rule: str, raw: Mapping[str, Any], rules: tuple[str, ...]
) -> PolicySettings:
    """The stack's settings with what the engine configures of one rule on top; raises `Mistakes`."""
    given = dict(raw)
    exempted = given.pop("exemptions", [])
    named = [{**one, "rule": rule} if isinstance(one, Mapping) else one for one in exempted]
    found = read({"numbers": given, "exemptions": named}, rules, rule)
    tuned = base.numbers.model_copy(update={name: getattr(found.numbers, name) for name in given})
    return PolicySettings(numbers=tuned, exemptions=(*base.exemptions, *found.exemptions))
