"""What a team may tune and exempt, and what is said where it may not."""

import json
from datetime import date

import pytest

from components.settings.mistakes import Mistakes
from policies.config import DEFAULT, Exemption, PolicySettings, configured, read, schema
from policies.pack import NAMES
from policies.rule import Finding, Rule
from policies.verdict import judge

TODAY = date(2026, 11, 21)
REASON = "the reservation begins in January"


def refuse(resource):
    yield "is refused"


RULE = Rule(name="keys-rotate", assures="a", remedy="b", resource=refuse)


def exempting(**changed) -> PolicySettings:
    told = {"rule": "keys-rotate", "resource": "key-*", "reason": REASON, "expires": "2026-12-31"} | changed
    return read({"exemptions": [told]}, NAMES)


def judged(settings, *names, resource_of):
    (verdict,) = judge([RULE], [resource_of(name) for name in names], settings, today=TODAY)
    return verdict


@pytest.fixture
def resource_of():
    from policies.rule import Resource

    return lambda name: Resource(name=name, type="aws:kms/key:Key", inputs={})


def test_nothing_said_is_the_house_default():
    assert read(None, NAMES) == DEFAULT == read({}, NAMES)


def test_numbers_are_taken_as_written():
    assert read({"numbers": {"most_spot_share": 0.25}}, NAMES).numbers.most_spot_share == 0.25


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"number": {}}, "policies.number: unknown key; did you mean numbers?"),
        (
            {"numbers": {"spot_share": 1}},
            "policies.numbers.spot_share: unknown key; did you mean most_spot_share?",
        ),
        (
            {"numbers": {"most_spot_share": 2}},
            "policies.numbers.most_spot_share: input should be less than or equal to 1 (given: 2)",
        ),
        (
            {"numbers": {"longest_log_days": "many"}},
            "policies.numbers.longest_log_days: input should be a valid integer,"
            " unable to parse string as an integer (given: 'many')",
        ),
        (
            {"exemptions": [{"rule": "keys-rotate", "expires": "2026-12-31"}]},
            "policies.exemptions.0.reason: is missing",
        ),
        (
            {"exemptions": [{"rule": "keys-rotate", "reason": REASON}]},
            "policies.exemptions.0.expires: is missing",
        ),
        (
            {"exemptions": [{"rule": "keys-rotated", "reason": REASON, "expires": "2026-12-31"}]},
            "policies.exemptions.0.rule: keys-rotated is no rule: unknown key; did you mean keys-rotate?",
        ),
        (
            {"exemptions": [{"rule": "keys-rotate", "reason": " so     ", "expires": "2026-12-31"}]},
            "policies.exemptions.0.reason: string should have at least 10 characters (given: ' so     ')",
        ),
    ],
)
def test_a_mistake_is_told_with_its_path(raw, said):
    with pytest.raises(Mistakes) as refused:
        read(raw, NAMES)
    assert str(refused.value) == f"the policies cannot be configured like this:\n  {said}"


def test_an_exemption_covers_what_it_names_and_nothing_else(resource_of):
    verdict = judged(exempting(), "key-a", "lock", resource_of=resource_of)
    assert [str(one) for one in verdict.findings] == ["lock is refused"]
    assert [(str(one), by.reason) for one, by in verdict.exempted] == [("key-a is refused", REASON)]
    assert verdict.refuses


def test_an_exemption_holds_through_its_last_day(resource_of):
    assert judged(exempting(expires="2026-11-21"), "key-a", resource_of=resource_of).passed


def test_an_exemption_that_expired_is_a_violation_that_says_so(resource_of):
    verdict = judged(exempting(expires="2026-11-20"), "key-a", resource_of=resource_of)
    assert verdict.findings == (
        Finding(resource="key-a", sentence="is refused (its exemption expired on 2026-11-20)"),
    )


def test_an_exemption_for_ever_does_not_hold(resource_of):
    verdict = judged(exempting(expires="9999-12-31"), "key-a", resource_of=resource_of)
    assert "longer than 366 days" in verdict.findings[0].sentence


def test_a_date_may_be_written_with_or_without_quotes():
    assert exempting(expires=date(2026, 12, 31)) == exempting()


def test_the_engine_may_tune_one_rule_on_top_of_the_stack_file():
    base = read({"numbers": {"longest_log_days": 30}}, NAMES)
    told = {"most_spot_share": 0.5, "exemptions": [{"reason": REASON, "expires": "2026-12-31"}]}
    tuned = configured(base, "spot-is-bounded", told, NAMES)
    assert (tuned.numbers.longest_log_days, tuned.numbers.most_spot_share) == (30, 0.5)
    assert tuned.exemptions == (Exemption(rule="spot-is-bounded", reason=REASON, expires=date(2026, 12, 31)),)
    with pytest.raises(Mistakes, match=r"spot-is-bounded\.numbers\.most_share: unknown key"):
        configured(base, "spot-is-bounded", {"most_share": 1}, NAMES)


def test_the_schema_of_a_rule_holds_its_numbers_with_their_bounds():
    told = schema(("most_spot_share",))
    assert set(told) == {"most_spot_share", "exemptions"}
    assert (told["most_spot_share"]["minimum"], told["most_spot_share"]["maximum"]) == (0, 1)
    assert told["exemptions"]["items"]["required"] == ["reason", "expires"]
    json.dumps(told)
