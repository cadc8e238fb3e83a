"""Rules by themselves: their names, their numbers, and what only a small stack of one's own can show."""

import dataclasses
import inspect
from datetime import date

import pytest

from components.planning import labels
from policies.autoscaling import _alternatives
from policies.config import DEFAULT, Numbers
from policies.pack import FAMILIES, RULES
from policies.reading import gib, listed, seconds, statements, whole
from policies.rule import UNKNOWN, Resource, at
from policies.verdict import judge
from rehearsal.judgement import resources

TODAY = date(2026, 11, 21)
BY_NAME = {rule.name: rule for rule in RULES}


def found(rule: str, *shown: Resource, **numbers: object) -> list[str]:
    return [str(one) for one in BY_NAME[rule].findings(shown, {**DEFAULT.numbers.by_name, **numbers})]


def test_rules_are_named_once_and_tell_what_to_do():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.assures and rule.remedy and bool(rule.resource) != bool(rule.stack) for rule in RULES)


def test_rules_take_the_numbers_they_say_they_read():
    for rule in RULES:
        judged_by = rule.resource or rule.stack
        asked = [
            one.name
            for one in inspect.signature(judged_by).parameters.values()
            if one.kind == one.KEYWORD_ONLY
        ]
        assert tuple(asked) == rule.numbers, rule.name


def test_every_number_is_read_by_a_rule():
    assert {name for rule in RULES for name in rule.numbers} == set(Numbers.model_fields)


def test_every_family_of_the_pack_has_rules():
    assert list(FAMILIES) == [
        "Capacity", "Autoscaler safety", "Spot and drain", "Cost", "Placement", "Exposure", "Supply", "Destroy safety",
    ]  # fmt: skip
    assert all(len(rules) >= 5 for rules in FAMILIES.values())


def test_a_rule_is_judged_only_once_all_it_asks_for_is_known():
    """A preview that does not know a key's ARN yet must not call the cluster unencrypted."""
    asked = {"vpcId": "vpc-1", "encryptionConfigKeyArn": UNKNOWN}
    cluster = Resource(name="eks", type="eks:index:Cluster", inputs=asked)
    assert found("storage-is-encrypted", cluster) == []
    bare = dataclasses.replace(cluster, inputs={"vpcId": "vpc-1"})
    assert len(found("storage-is-encrypted", bare)) == 1


def test_a_cluster_shown_by_its_outputs_is_not_called_unsafe():
    shown = Resource(name="eks", type="eks:index:Cluster", inputs={"kubeconfig": {}})
    for rule in ("control-planes-are-private", "storage-is-encrypted", "kubernetes-is-supported"):
        assert found(rule, shown) == []


def test_what_is_not_known_of_one_resource_hides_nothing_of_another():
    unknown = Resource(name="a", type="aws:kms/key:Key", inputs={"enableKeyRotation": UNKNOWN})
    faulty = Resource(name="b", type="aws:kms/key:Key", inputs={})
    assert [one[:2] for one in found("keys-rotate", unknown, faulty)] == ["b "]


@pytest.mark.parametrize(("environment", "level"), [("production", "mandatory"), ("development", "advisory")])
def test_a_level_depends_on_the_environment(environment, level, dev):
    verdicts = judge(RULES, resources(dev), today=TODAY, environment=environment)
    assert {one.level for one in verdicts if one.rule.name == "servers-spread-out"} == {level}


def pool(gpus: int) -> Resource:
    spec = {
        "limits": {labels.GPU: gpus},
        "template": {
            "metadata": {"labels": {labels.FAMILY: "llama", labels.CAPACITY: "on-demand"}},
            "spec": {
                "requirements": [{"key": labels.INSTANCE_TYPE, "operator": "In", "values": ["g6.xlarge"]}]
            },
        },
    }
    return Resource(
        name="pool",
        type="kubernetes:karpenter.sh/v1:NodePool",
        inputs={"kind": "NodePool", "spec": spec},
        region="us-east-1",
    )


def test_a_quota_that_was_stated_is_kept():
    """A g6.xlarge has 4 vCPUs: 12 GPUs are 48 of them."""
    assert found("ceilings-are-within-the-quota", pool(12), vcpu_quotas={"L-DB2E81BA": 48}) == []
    assert found("ceilings-are-within-the-quota", pool(13), vcpu_quotas={"L-DB2E81BA": 48}) == [
        "us-east-1-L-DB2E81BA allows 48 vCPUs; the pools may ask for 52"
    ]
    assert found("ceilings-are-within-the-quota", pool(900)) == []


def scaler(name: str, kind: str = "ScaledObject", key: str = "scaleTargetRef") -> Resource:
    return Resource(
        name=name, type=f"kubernetes:x:{kind}", inputs={"kind": kind, "spec": {key: {"name": "llama"}}}
    )


def test_a_second_autoscaler_of_any_kind_is_refused():
    server = Resource(
        name="server",
        type="kubernetes:apps/v1:Deployment",
        inputs={"kind": "Deployment", "metadata": {"name": "llama", "labels": {labels.MODEL: "llama"}}},
    )
    rule = "one-autoscaler-each"
    assert found(rule, server, scaler("keda")) == []
    assert len(found(rule, server, scaler("keda"), scaler("again"))) == 1
    assert len(found(rule, server, scaler("hpa", "HorizontalPodAutoscaler"))) == 1
    assert len(found(rule, server, scaler("vpa", "VerticalPodAutoscaler", "targetRef"))) == 1


@pytest.mark.parametrize(
    ("query", "sides"),
    [
        ("sum(a)", ["sum(a)"]),
        ("(sum(a)) or vector(0)", ["sum(a)", "vector(0)"]),
        ("((f(a) > 0) or 0 * sum(b)) or vector(0)", ["f(a) > 0", "sum(b)", "vector(0)"]),
        ("(clamp_max(f(a), 3) > 0) or 0 * sum(b)", ["f(a), 3) > 0", "sum(b)"]),
        ("avg(a) * (avg(b) >= bool 1) or 0 * sum(b)", ["avg(a) * (avg(b) >= bool 1)", "sum(b)"]),
        ('sum(a{b=" or "})', ['sum(a{b=" or "})']),
    ],
)
def test_a_query_is_taken_apart_at_its_outermost_alternatives(query, sides):
    assert _alternatives(query) == sides


def test_what_is_written_in_many_ways_is_read_in_one():
    assert [seconds(one) for one in ("5m", "336h", "1h30m", "90s", "Never", None)] == [
        300,
        1209600,
        5400,
        90,
        None,
        None,
    ]
    assert [gib(one) for one in ("200Gi", 20, "20G", None)] == [200.0, 20.0, 0.0, 0.0]
    assert [whole(one) for one in ("3", 3.0, None, "many")] == [3, 3, None, None]
    assert listed("a") == ["a"] == listed(["a"])
    assert statements('{"Statement": {"Effect": "Allow"}}') == [{"Effect": "Allow"}]
    assert statements("not json") == [] == statements(None)
    assert at({"a": [{"b": 1}]}, "a", 0, "b") == 1
