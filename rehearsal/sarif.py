"""Verdicts for code-scanning panes: SARIF 2.1.0 (OASIS, docs.oasis-open.org/sarif/sarif/v2.1.0, March 2020)."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.settings.mistakes import Mistakes

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"mandatory": "error", "advisory": "warning"}
STACK_FILE: Final = "stack-file"
"""The rule that a stack file breaks which describes no fleet."""


def sarif(stack: str, policies: list[dict[str, Any]], mistakes: Mistakes | None = None) -> dict[str, Any]:
    """A log of one run: every policy as a rule, every finding and every mistake of the stack file as a result.

    A finding is of the program's making, so that its place is the stack file; the resource stands beside it by name.
    """
    told = {"text": "the stack file describes a fleet that can be planned within its budget"}
    rules = [{"id": STACK_FILE, "shortDescription": told, "defaultConfiguration": {"level": "error"}}]
    rules += [_rule(one) for one in policies]
    results = [*_broken(stack, mistakes), *(found for one in policies for found in _results(stack, one))]
    tool = {"driver": {"name": "llm-fleet policies", "rules": rules}}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": tool, "automationDetails": {"id": f"policies/{stack}/"}, "results": results}],
    }


def _rule(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": policy["name"],
        "shortDescription": {"text": policy["assures"]},
        "help": {"text": policy["remedy"]},
        "defaultConfiguration": {"level": LEVELS[policy["level"]]},
    }


def _results(stack: str, policy: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for finding in policy["findings"]:
        # A finding begins with the resource's name, which holds no space.
        yield _result(stack, policy["name"], LEVELS[policy["level"]], finding, finding.split(" ", 1)[0])


def _broken(stack: str, mistakes: Mistakes | None) -> Iterator[dict[str, Any]]:
    for one in mistakes.mistakes if mistakes else ():
        yield _result(stack, STACK_FILE, "error", str(one), one.path)


def _result(stack: str, rule: str, level: str, text: str, name: str) -> dict[str, Any]:
    file = {"artifactLocation": {"uri": f"Pulumi.{stack}.yaml"}, "region": {"startLine": 1}}
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": file, "logicalLocations": [{"name": name, "kind": "resource"}]}],
        # All findings share a line; without this a pane would take them for one.
        "partialFingerprints": {"stackRuleAndText/v1": _digest(f"{stack}/{rule}/{text}")},
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
