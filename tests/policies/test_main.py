"""The pack as a process, spoken to as the engine does."""

import contextlib
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from components.settings.stackfile import ROOT
from policies import config
from policies.pack import NAMES, RULES
from policies.rule import UNKNOWN
from policies.service import values
from policies.verdict import judge
from rehearsal.judgement import resources

UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
LATER = (date.today() + timedelta(days=30)).isoformat()
EXEMPT = {"reason": "tried out for a month", "expires": LATER}


@contextlib.contextmanager
def served() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The pack, started from its own folder; it says its port and serves until it is ended."""
    command = [sys.executable, "__main__.py"]
    with subprocess.Popen(command, cwd=ROOT / "policies", stdout=subprocess.PIPE, text=True) as pack:
        assert pack.stdout is not None
        channel = grpc.insecure_channel(f"127.0.0.1:{int(pack.stdout.readline())}", options=UNLIMITED)
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
        channel.close()
        pack.terminate()


@pytest.fixture(scope="module")
def analyzer():
    with served() as stub:
        yield stub


@pytest.fixture(autouse=True)
def as_it_came(analyzer):
    """What one test configures is gone before the next."""
    analyzer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest())
    analyzer.Configure(
        analyzer_pb2.ConfigureAnalyzerRequest(
            policyConfig={
                rule.name: analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.MANDATORY)
                for rule in RULES
            }
        )
    )


def struct(told) -> Struct:
    return ParseDict(json.loads(json.dumps(dict(told))), Struct())


def everything(cloud):
    by_urn = {one.urn: one for one in cloud.resources}
    for one in cloud.resources:
        provider = by_urn.get(one.provider)
        yield analyzer_pb2.AnalyzerResource(
            type=one.type,
            name=one.name,
            urn=one.urn,
            parent=one.parent,
            dependencies=one.dependencies,
            properties=struct(one.inputs),
            options=analyzer_pb2.AnalyzerResourceOptions(
                protect=one.protect, ignoreChanges=one.ignore_changes, parent=one.parent
            ),
            provider=analyzer_pb2.AnalyzerProviderResource(
                type=provider.type, name=provider.name, urn=provider.urn, properties=struct(provider.inputs)
            )
            if provider
            else None,
        )


def told_of(analyzer, cloud):
    """Rule, message and resource of every diagnostic, of the stack and of each of its resources."""
    shown = list(everything(cloud))
    told = list(analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=shown)).diagnostics)
    for one in shown:
        request = analyzer_pb2.AnalyzeRequest(
            type=one.type,
            name=one.name,
            urn=one.urn,
            properties=one.properties,
            provider=one.provider,
            options=one.options,
        )
        told.extend(analyzer.Analyze(request).diagnostics)
    return told


def plainly(cloud, settings=config.DEFAULT):
    """What the functions say without any server."""
    verdicts = judge(RULES, resources(cloud), settings, today=date.today())
    return sorted((one.rule.name, str(finding)) for one in verdicts for finding in one.findings)


def said(told):
    return sorted((one.policyName, one.message.split("\n")[1].split(". Remedy: ")[0]) for one in told)


@pytest.fixture(scope="module")
def spoilt(prod):
    """prod with a fault of each sort: an input, an option, a missing resource, and one that has no name."""
    changed = {
        "us-east-1-cluster-eks": {"inputs": {"publicAccessCidrs": ["0.0.0.0/0"]}},
        "budgets-monthly": {"inputs": {"limitAmount": "10"}},
        "us-east-1-llama-8b-deployment": {"ignore_changes": ()},
        "weights-origin-bucket": {"protect": False},
    }
    kept = [one for one in prod.resources if one.name != "eu-west-2-karpenter-spot"]
    made = [
        dataclasses.replace(
            one,
            **{
                field: {**one.inputs, **value} if field == "inputs" else value
                for field, value in changed.get(one.name, {}).items()
            },
        )
        for one in kept
    ]
    return dataclasses.replace(prod, resources=made)


def test_the_pack_introduces_every_rule(analyzer):
    info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())
    assert (info.name, info.supportsConfig) == ("llm-fleet", True)
    told = {policy.name: policy for policy in info.policies}
    assert set(told) == set(NAMES)
    bounded = told["spot-is-bounded"]
    assert bounded.url == "policies/README.md#spot-is-bounded"
    assert bounded.remediation_steps.startswith("lower purchase.spot_share")
    assert set(MessageToDict(bounded.configSchema)["properties"]) == {"most_spot_share", "exemptions"}


def test_the_pack_has_nothing_against_prod(analyzer, prod):
    assert said(told_of(analyzer, prod)) == []


def test_the_pack_says_what_the_functions_say(analyzer, spoilt):
    told = told_of(analyzer, spoilt)
    assert said(told) == plainly(spoilt)
    assert {one.policyName for one in told} == {
        "control-planes-are-private", "ceiling-is-within-the-budget", "replicas-belong-to-the-autoscaler",
        "data-is-protected", "interruptions-are-heard",
    }  # fmt: skip
    assert {one.enforcementLevel for one in told} == {analyzer_pb2.MANDATORY}
    assert any(one.urn.endswith("::us-east-1-cluster-eks") for one in told)


def test_a_stack_file_tunes_the_pack_as_it_tunes_the_functions(analyzer, spoilt):
    raw = {
        "numbers": {"most_spot_share": 0.1},
        "exemptions": [{"rule": "control-planes-are-private", "resource": "us-east-1-*", **EXEMPT}],
    }
    analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest())
    analyzer.ConfigureStack(
        analyzer_pb2.AnalyzerStackConfigureRequest(config={"llm-fleet:policies": json.dumps(raw)})
    )
    analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest())
    told = said(told_of(analyzer, spoilt))
    assert told == plainly(spoilt, config.read(raw, NAMES))
    assert {"spot-is-bounded"} <= {rule for rule, _ in told}
    assert "control-planes-are-private" not in {rule for rule, _ in told}


def configure(analyzer, rule, level=analyzer_pb2.MANDATORY, **told):
    one = analyzer_pb2.PolicyConfig(enforcementLevel=level, properties=struct(told))
    analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={rule: one}))


def test_the_engine_configures_one_rule(analyzer, prod):
    configure(analyzer, "spot-is-bounded", analyzer_pb2.ADVISORY, most_spot_share=0.1)
    told = told_of(analyzer, prod)
    assert {(one.policyName, one.enforcementLevel) for one in told} == {
        ("spot-is-bounded", analyzer_pb2.ADVISORY)
    }


def test_the_engine_exempts_from_one_rule(analyzer, spoilt):
    configure(analyzer, "data-is-protected", exemptions=[{"resource": "weights-*", **EXEMPT}])
    assert "data-is-protected" not in {rule for rule, _ in said(told_of(analyzer, spoilt))}


def test_the_engine_switches_a_rule_off(analyzer, spoilt):
    configure(analyzer, "interruptions-are-heard", analyzer_pb2.DISABLED)
    assert "interruptions-are-heard" not in {rule for rule, _ in said(told_of(analyzer, spoilt))}


def test_a_configuration_that_cannot_be_is_refused_with_its_path(analyzer):
    with pytest.raises(grpc.RpcError, match=r"spot-is-bounded\.numbers\.most_spot_share"):
        configure(analyzer, "spot-is-bounded", most_spot_share=7)
    told = {"llm-fleet:policies": json.dumps({"numbers": {"nothing": 1}})}
    with pytest.raises(grpc.RpcError, match=r"policies\.numbers\.nothing: unknown key"):
        analyzer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(config=told))


def test_what_a_preview_cannot_know_is_marked():
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "open"}
    told = struct(
        {
            "arn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "list": [1, "two", 2.5],
            "none": None,
            "secret": secret,
        }
    )
    assert values(told) == {"arn": UNKNOWN, "list": [1, "two", 2.5], "secret": "open"}
