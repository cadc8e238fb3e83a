"""The rules as a Pulumi policy pack: `pulumi preview --policy-pack policies`.

The only file that knows `pulumi_policy`, because making a pack starts a server.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Pulumi runs a pack from its own folder, where neither `policies` nor `components` can be imported.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.pack import RULES
from policies.rule import Resource, Rule

LEVELS = {"mandatory": EnforcementLevel.MANDATORY, "advisory": EnforcementLevel.ADVISORY}


def resource(args: Any) -> Resource:
    """What the engine tells of a resource, as rules look at it."""
    return Resource(name=args.name, type=args.resource_type, inputs=known(args.props), region=region(args))


def known(value: Any) -> Any:
    """Plain values; what a preview cannot know yet is left out, as if it had not been given."""
    if isinstance(value, Mapping):
        return {key: known(inner) for key in value if (inner := _read(value, key)) is not None}
    if isinstance(value, float) and value.is_integer():
        # Every number travels as a float; a count is compared as one.
        return int(value)
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return value
    return [known(inner) for inner in value]


def _read(value: Mapping[str, Any], key: str) -> Any:
    try:
        return value[key]
    except Exception as unknown:
        # pulumi_policy raises its own private error on a value that only `up` will know.
        if type(unknown).__name__ == "UnknownValueError":
            return None
        raise


def region(args: Any) -> str | None:
    """Of the provider: AWS says it, Kubernetes carries it in front of its cluster's name."""
    own = known(args.props).get("region")
    if isinstance(own, str) and args.resource_type.startswith("aws:"):
        return own
    props = known(args.provider.props) if args.provider else {}
    cluster = str(props.get("clusterIdentifier") or "").split("/")[0]
    return props.get("region") or cluster or None


def policy(rule: Rule) -> Policy:
    """One rule as the engine runs it."""
    level, description = LEVELS[rule.level], f"{rule.assures[0].upper()}{rule.assures[1:]}."
    if rule.resource is not None:
        judge = rule.resource

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            for sentence in judge(resource(args)):
                report(f"{args.name} {sentence}. Remedy: {rule.remedy}.", None)

        return ResourceValidationPolicy(rule.name, description, validate, enforcement_level=level)

    def validate_stack(args: StackValidationArgs, report: ReportViolation) -> None:
        for finding in rule.findings([resource(one) for one in args.resources]):
            report(f"{finding}. Remedy: {rule.remedy}.", None)

    return StackValidationPolicy(rule.name, description, validate_stack, enforcement_level=level)


if __name__ == "__main__":
    PolicyPack("llm-fleet", [policy(rule) for rule in RULES])
