"""What a rehearsal shows beside the plan: resources by kind, every policy's verdict, secrets still to be set."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.text import Text

from components.planning import figures, report
from components.planning.plan import FleetPlan
from policies.rule import Verdict
from rehearsal.recorder import Recorded

SHOWN = 3
"""Findings of one rule that are printed in full."""


def kinds(resources: Iterable[Recorded]) -> dict[str, int]:
    """How many of each type, providers and our own components left out; Kubernetes objects by kind."""
    built = (one for one in resources if not one.type.startswith(("pulumi:", "llmfleet:")))
    return dict(sorted(Counter(kind_of(one) for one in built).items()))


def kind_of(resource: Recorded) -> str:
    kind = resource.inputs.get("kind")
    if resource.type.startswith("kubernetes:") and isinstance(kind, str):
        return f"kubernetes:{resource.inputs.get('apiVersion')}:{kind}"
    return resource.type


def short(kind: str) -> str:
    """`NodeGroup` of `aws:eks/nodeGroup:NodeGroup`, with its service where several share the word."""
    package, _, rest = kind.partition(":")
    last = rest.split(":")[-1]
    return f"{rest.split('/')[0]} {last}" if package == "aws" else last


def render(
    plan: FleetPlan, resources: Sequence[Recorded], verdicts: Sequence[Verdict], unset: Sequence[str]
) -> RenderableType:
    """The whole report."""
    counted = kinds(resources)
    return Group(
        report.render(plan, datetime.now(UTC).date()),
        Text(),
        Text(f"{sum(counted.values())} resources", style="bold"),
        Columns([f"{count:>4} {short(kind)}" for kind, count in counted.items()], padding=(0, 2), equal=True),
        Text(),
        *_policies(verdicts),
        *_examples(plan),
        *_secrets(plan.stack, unset),
    )


def _policies(verdicts: Sequence[Verdict]) -> Iterable[Text]:
    passed = sum(1 for one in verdicts if one.passed)
    yield Text(f"{passed} of {len(verdicts)} policies hold", style="bold")
    for one in verdicts:
        mark, style = (
            ("pass", "green") if one.passed else ("FAIL", "red") if one.refuses else ("warn", "yellow")
        )
        yield Text.assemble((f"  {mark} ", style), one.rule.assures)
        for finding in one.findings[:SHOWN]:
            yield Text(f"         {finding}", style=style, overflow="fold")
        if len(one.findings) > SHOWN:
            yield Text(f"         and {len(one.findings) - SHOWN} more", style=style)
        if one.findings:
            yield Text(f"         remedy: {one.rule.remedy}")


def _examples(plan: FleetPlan) -> Iterable[Text]:
    if plan.examples:
        yield Text()
        yield Text(f"still to be set in Pulumi.{plan.stack}.yaml before `pulumi up`:", style="bold")
        for one in plan.examples:
            yield Text(f"  {one}", overflow="fold")


def _secrets(stack: str, unset: Sequence[str]) -> Iterable[Text]:
    if unset:
        yield Text()
        yield Text("secrets still to be set before `pulumi up`:", style="bold")
        for name in unset:
            yield Text(f"  pulumi config set --secret {name} --stack {stack}")


def data(
    plan: FleetPlan, resources: Sequence[Recorded], verdicts: Sequence[Verdict], unset: Sequence[str]
) -> dict[str, Any]:
    """The same as data."""
    return {
        **figures.data(plan),
        "resources": kinds(resources),
        "policies": [
            {
                "name": one.rule.name,
                "verdict": "pass" if one.passed else "fail" if one.refuses else "warn",
                "level": one.rule.level,
                "assures": one.rule.assures,
                "findings": [str(finding) for finding in one.findings],
                "remedy": one.rule.remedy,
            }
            for one in verdicts
        ],
        "unset_secrets": list(unset),
        "examples": [str(one) for one in plan.examples],
    }
