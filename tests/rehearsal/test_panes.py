"""SARIF and JUnit as the programs that read them want them."""

from xml.etree import ElementTree

import pytest

from components.settings.mistakes import Mistake, Mistakes
from rehearsal.junit import junit
from rehearsal.sarif import sarif


def policy(name, verdict, *findings):
    level = "advisory" if verdict == "warn" else "mandatory"
    return {
        "name": name,
        "verdict": verdict,
        "level": level,
        "assures": f"{name} is so",
        "findings": list(findings),
        "remedy": f"mend {name}",
    }


POLICIES = [
    policy("holds", "pass"),
    policy("breaks", "fail", "one is <wrong>", "two is wrong", "one is worse"),
    policy("advises", "warn", "three is odd\x07"),
]
REFUSED = Mistakes([Mistake("fleet.owner", "is missing")], "Pulumi.dev.yaml does not describe a fleet")


@pytest.fixture
def run():
    return sarif("dev", POLICIES)["runs"][0]


def test_sarif_has_what_its_schema_requires(run):
    """`required` of sarif-schema-2.1.0.json: of the log, a run, a tool, a driver, a rule, a result and a message."""
    log = sarif("dev", POLICIES)
    assert {"version", "runs"} <= set(log)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert set(run) == {"tool", "automationDetails", "results"}
    assert run["tool"]["driver"]["name"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["id"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert isinstance(rule["shortDescription"]["text"], str)
    for result in run["results"]:
        assert isinstance(result["message"]["text"], str)
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.dev.yaml"
        assert place["physicalLocation"]["region"]["startLine"] >= 1


def test_sarif_tells_every_finding_once_under_a_known_rule(run):
    known = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert known == ["stack-file", "holds", "breaks", "advises"]
    told = [(one["ruleId"], one["level"], _name(one)) for one in run["results"]]
    assert told == [
        ("breaks", "error", "one"),
        ("breaks", "error", "two"),
        ("breaks", "error", "one"),
        ("advises", "warning", "three"),
    ]
    assert len({one["partialFingerprints"]["stackRuleAndText/v1"] for one in run["results"]}) == 4


def _name(result):
    return result["locations"][0]["logicalLocations"][0]["name"]


def test_sarif_tells_mistakes_of_a_stack_file():
    (result,) = sarif("dev", [], REFUSED)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("stack-file", "error")
    assert result["message"]["text"] == "fleet.owner: is missing"


def test_junit_parses_and_fails_what_is_mandatory():
    suite = ElementTree.fromstring(junit("dev", POLICIES))
    assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "4", "1")
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == ["stack file", "holds", "breaks", "advises"]
    assert not list(cases["holds"])
    assert not list(cases["stack file"])
    failure = cases["breaks"].find("failure")
    assert failure.get("message") == "it does not hold that breaks is so"
    assert failure.text == "one is <wrong>\ntwo is wrong\none is worse\nremedy: mend breaks"
    assert cases["advises"].find("failure") is None
    assert cases["advises"].find("system-out").text.startswith("three is odd?")


def test_junit_tells_mistakes_of_a_stack_file():
    suite = ElementTree.fromstring(junit("dev", [], REFUSED))
    assert suite.get("failures") == "1"
    assert suite.find("testcase/failure").text == "fleet.owner: is missing"


def test_prods_verdicts_are_written_for_both(prod):
    from rehearsal import judgement

    rules = judgement.verdicts(prod)
    told = [policy(one.rule.name, "pass") for one in rules]
    assert len(sarif("prod", told)["runs"][0]["tool"]["driver"]["rules"]) == len(rules) + 1
    assert len(list(ElementTree.fromstring(junit("prod", told)))) == len(rules) + 1
