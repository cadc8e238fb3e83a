"""The pack as a process, spoken to as the engine does."""

import json
import subprocess
import sys
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from components.settings.stackfile import ROOT
from policies.pack import RULES


@pytest.fixture(scope="module")
def analyzer() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The pack, started from its own folder; it says its port and serves until it is ended."""
    command = [sys.executable, "__main__.py"]
    with subprocess.Popen(command, cwd=ROOT / "policies", stdout=subprocess.PIPE, text=True) as pack:
        assert pack.stdout is not None
        port = int(pack.stdout.readline())
        channel = grpc.insecure_channel(
            f"127.0.0.1:{port}",
            options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)],
        )
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
        channel.close()
        pack.terminate()


def everything(cloud, **changed):
    by_urn = {one.urn: one for one in cloud.resources}
    for one in cloud.resources:
        provider = by_urn.get(one.provider)
        inputs = {**one.inputs, **changed.get(one.name, {})}
        yield analyzer_pb2.AnalyzerResource(
            type=one.type,
            name=one.name,
            urn=one.urn,
            properties=ParseDict(json.loads(json.dumps(inputs)), Struct()),
            provider=analyzer_pb2.AnalyzerProviderResource(
                type=provider.type,
                name=provider.name,
                urn=provider.urn,
                properties=ParseDict(json.loads(json.dumps(dict(provider.inputs))), Struct()),
            )
            if provider
            else None,
        )


def diagnostics(analyzer, cloud, **changed):
    resources = list(everything(cloud, **changed))
    told = list(analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=resources)).diagnostics)
    for one in resources:
        request = analyzer_pb2.AnalyzeRequest(
            type=one.type, name=one.name, urn=one.urn, properties=one.properties, provider=one.provider
        )
        told.extend(analyzer.Analyze(request).diagnostics)
    return {(one.policyName, one.message) for one in told}


def test_the_pack_introduces_every_rule(analyzer):
    info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())
    assert info.name == "llm-fleet"
    assert {policy.name for policy in info.policies} == {rule.name for rule in RULES}


def test_the_pack_has_nothing_against_prod(analyzer, prod):
    assert diagnostics(analyzer, prod) == set()


def test_the_pack_refuses_what_the_rules_refuse(analyzer, prod):
    spoilt = {
        "us-east-1-cluster-eks": {"publicAccessCidrs": ["0.0.0.0/0"]},
        "budgets-monthly": {"limitAmount": "10"},
    }
    told = diagnostics(analyzer, prod, **spoilt)
    assert {policy for policy, _ in told} == {"control-planes-are-private", "ceiling-is-within-the-budget"}
    assert any(
        "us-east-1-cluster-eks serves the Kubernetes API to the internet" in message for _, message in told
    )


def test_what_a_preview_cannot_know_is_left_out():
    from policies.__main__ import known

    class UnknownValueError(Exception):
        pass

    class Late(dict):
        def __getitem__(self, key):
            if key == "arn":
                raise UnknownValueError
            return super().__getitem__(key)

    assert known({"spec": Late(arn=1, name="here"), "list": [1, "two"]}) == {
        "spec": {"name": "here"},
        "list": [1, "two"],
    }
