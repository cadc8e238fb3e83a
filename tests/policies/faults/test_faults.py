"""Each seeded fault is refused by the rule it names, and the good stacks are refused by none."""

from datetime import date

import pytest

from policies.pack import RULES
from policies.verdict import judge
from rehearsal.judgement import resources
from tests.policies.faults.seeding import mutations, refused
from tests.policies.faults.totals import FAULTS

LEAST = 300


@pytest.fixture(scope="module")
def good(dev, prod):
    return {"dev": resources(dev), "prod": resources(prod)}


def test_good_stacks_give_no_rule_anything_to_say(good):
    for name, stack in good.items():
        verdicts = judge(RULES, stack, today=date(2026, 11, 21))
        assert [str(finding) for verdict in verdicts for finding in verdict.findings] == [], name


@pytest.mark.parametrize("rule", sorted({fault.rule for fault in FAULTS}))
def test_its_rule_refuses_every_seeded_fault(good, rule):
    for fault in (one for one in FAULTS if one.rule == rule):
        planted = [one for stack in fault.stacks for one in mutations(fault, good[stack])]
        assert planted, f"{fault} fits nothing"
        assert [f"{fault} escapes in {one.name}" for one in planted if not refused(fault, one)] == []


def test_there_are_enough_different_faults():
    assert len(set(map(str, FAULTS))) == len(FAULTS) >= LEAST


def test_every_rule_is_shown_to_bite():
    """The quota of an account is in no graph: that rule has a test of its own."""
    assert {rule.name for rule in RULES} - {fault.rule for fault in FAULTS} == {
        "ceilings-are-within-the-quota"
    }


def test_an_operator_leaves_the_good_resource_alone(good):
    before = {one.urn: repr(one) for one in good["dev"]}
    planted = sum(1 for fault in FAULTS if "dev" in fault.stacks for _ in mutations(fault, good["dev"]))
    assert planted >= LEAST
    assert {one.urn: repr(one) for one in good["dev"]} == before
