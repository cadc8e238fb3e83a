"""The rules as the engine asks for them, through Pulumi's own SDK of policies.

The SDK reads every resource anew for every rule, which took 12 ms a resource with a hundred rules (pulumi-policy 1.21,
2026-11), and keeps the stack's configuration to itself: both are done otherwise here, everything else is its own.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk

from components.settings.mistakes import Mistakes
from policies import config
from policies.pack import NAMES, RULES
from policies.reading import region_of
from policies.rule import UNKNOWN, Finding, Resource, Rule
from policies.verdict import verdict

PACK: Final = "llm-fleet"
PROJECT: Final = "llm-fleet"
"""Whose stack files hold the key that tunes the rules."""

LEVELS: Final = {"mandatory": proto.MANDATORY, "advisory": proto.ADVISORY}

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key of a value that is more than it looks (pulumi/sdk/go/common/resource/sig)."""

UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58", "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)  # fmt: skip
"""What a preview sends instead of a truth, number, text, list, asset, archive or object that only `up` will know."""


def values(told: struct_pb2.Struct) -> dict[str, Any]:
    """Properties as rules read them: secrets opened, whole numbers whole, what is not known yet marked as such."""
    return {key: found for key, one in told.fields.items() if (found := _value(one)) is not None}


def _value(told: struct_pb2.Value) -> Any:
    kind = told.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if told.string_value in UNKNOWNS else told.string_value
    if kind == "struct_value":
        fields = told.struct_value.fields
        if SIGNATURE in fields:
            return _value(fields["value"]) if "value" in fields else UNKNOWN
        return values(told.struct_value)
    if kind == "list_value":
        return [_value(one) for one in told.list_value.values]
    if kind == "number_value":
        # Every number travels as a float; a count is compared as one.
        return int(told.number_value) if told.number_value.is_integer() else told.number_value
    return told.bool_value if kind == "bool_value" else None


def resource(told: Any) -> Resource:
    """What the engine tells of a resource, as rules look at it; its neighbours only where the whole stack is told."""
    inputs = values(told.properties)
    return Resource(
        name=told.name,
        type=told.type,
        inputs=inputs,
        region=region_of(told.type, inputs, values(told.provider.properties)),
        urn=told.urn,
        parent=told.options.parent or getattr(told, "parent", ""),
        dependencies=tuple(getattr(told, "dependencies", ())),
        protect=told.options.protect,
        ignore_changes=tuple(told.options.ignoreChanges),
    )


def message(finding: Finding, rule: Rule) -> str:
    """What the engine prints of a finding."""
    return f"{finding}. Remedy: {rule.remedy}."


def _judged_together(*_: Any) -> None:
    raise RuntimeError("rules are judged by policies.service.Analyzer, which did not take the SDK's place")


def policies() -> list[Policy]:
    """Every rule as the engine is introduced to it."""
    return [
        (ResourceValidationPolicy if rule.resource else StackValidationPolicy)(
            rule.name,
            described(rule),
            _judged_together,
            enforcement_level=EnforcementLevel(rule.level),
            config_schema=PolicyConfigSchema(config.schema(rule.numbers)),
            remediation_steps=rule.remedy,
            url=rule.link,
        )
        for rule in RULES
    ]


class Analyzer(sdk._PolicyAnalyzerServicer):
    """What rules have against a resource or a stack: each resource read once, however many rules look at it."""

    def __init__(self, name: str, version: str, *told: Any) -> None:
        super().__init__(name, version, *told)
        self._version = version
        self._settings, self._environment = config.DEFAULT, "production"
        self._levels: dict[str, int] = {}
        self._configured: dict[str, config.PolicySettings] = {}

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """The stack's own configuration: how it tunes the rules, and which environment it is."""
        try:
            self._settings, self._environment = tuned_by(dict(request.config))
        except Mistakes as refused:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refused))
        return super().ConfigureStack(request, context)

    def Configure(self, request: Any, context: Any) -> Any:
        """Levels, numbers and exemptions by rule, as `--policy-pack-config` or an organisation states them."""
        self._levels, self._configured = {}, {}
        for name, told in request.policyConfig.items():
            self._levels[name] = told.enforcementLevel
            try:
                given = values(told.properties)
                self._configured[name] = config.configured(self._settings, name, given, NAMES)
            except Mistakes as refused:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refused))
        return super().Configure(request, context)  # type: ignore[no-untyped-call]

    def Remediate(self, request: Any, context: Any) -> Any:
        """No rule mends a resource."""
        return proto.RemediateResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        return self._answer([resource(request)], (rule for rule in RULES if rule.resource))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        return self._answer(
            [resource(one) for one in request.resources], (rule for rule in RULES if rule.stack)
        )

    def _level(self, rule: Rule) -> int:
        return self._levels.get(rule.name, LEVELS[rule.level_in(self._environment)])

    def _answer(self, resources: Sequence[Resource], rules: Iterable[Rule]) -> Any:
        response, urns = proto.AnalyzeResponse(), {one.name: one.urn for one in resources}
        today = date.today()
        for rule in rules:
            if (level := self._level(rule)) == proto.DISABLED:
                continue
            tuned = self._configured.get(rule.name, self._settings)
            found = list(rule.findings(resources, tuned.numbers.by_name))
            if not found:
                continue
            judged = verdict(rule, found, tuned, today=today, environment=self._environment)
            for finding in judged.findings:
                response.diagnostics.add(
                    policyName=rule.name,
                    policyPackName=PACK,
                    policyPackVersion=self._version,
                    description=described(rule),
                    message=f"{described(rule)}\n{message(finding, rule)}",
                    # Nothing here mends a resource, so that a level that asks for it is one that refuses.
                    enforcementLevel=proto.MANDATORY if level == proto.REMEDIATE else level,
                    urn=urns.get(finding.resource, ""),
                )
        return response


def described(rule: Rule) -> str:
    """What a rule assures, as a sentence."""
    return f"{rule.assures[0].upper()}{rule.assures[1:]}."


def tuned_by(stack: Mapping[str, str]) -> tuple[config.PolicySettings, str]:
    """How a stack's configuration tunes the rules, and its environment; raises `Mistakes`."""
    raw = stack.get(f"{PROJECT}:{config.KEY}")
    settings = config.read(json.loads(raw) if raw else None, NAMES)
    fleet = json.loads(stack.get(f"{PROJECT}:fleet") or "{}")
    return settings, str(fleet.get("environment") or "production")
