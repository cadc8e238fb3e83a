"""How a stack is judged by many rules: what stands, what is exempted, and what an exemption no longer covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policies.config import DEFAULT, Exemption, PolicySettings
from policies.rule import Finding, Level, Resource, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one rule judged one stack."""

    rule: Rule
    level: Level
    """Of the rule, in the stack's environment."""
    findings: tuple[Finding, ...]
    exempted: tuple[tuple[Finding, Exemption], ...] = ()
    """What would be refused, were it not for an exemption that still holds."""

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def refuses(self) -> bool:
        return bool(self.findings) and self.level == "mandatory"


def judge(
    rules: Iterable[Rule],
    resources: Sequence[Resource],
    settings: PolicySettings = DEFAULT,
    *,
    today: date,
    environment: str = "production",
) -> tuple[Verdict, ...]:
    """Every rule over every resource, in the rules' order, with the exemptions that hold today."""
    return tuple(
        verdict(
            rule,
            rule.findings(resources, settings.numbers.by_name),
            settings,
            today=today,
            environment=environment,
        )
        for rule in rules
    )


def verdict(
    rule: Rule,
    findings: Iterable[Finding],
    settings: PolicySettings,
    *,
    today: date,
    environment: str,
) -> Verdict:
    """One rule's findings, after its exemptions."""
    standing: list[Finding] = []
    exempted: list[tuple[Finding, Exemption]] = []
    for finding in findings:
        covering = [one for one in settings.exemptions if one.covers(rule.name, finding.resource)]
        lapsed = [why for one in covering if (why := one.lapse(today))]
        holding = [one for one in covering if one.lapse(today) is None]
        if holding:
            exempted.append((finding, holding[0]))
        elif lapsed:
            standing.append(replace(finding, sentence=f"{finding.sentence} ({lapsed[0]})"))
        else:
            standing.append(finding)
    return Verdict(
        rule=rule, level=rule.level_in(environment), findings=tuple(standing), exempted=tuple(exempted)
    )
