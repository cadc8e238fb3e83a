"""The stand-in clouds keep the engine's contract."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from rehearsal.standin import Call, Cloud, clouds

URN = "urn:pulumi:dev::llm-fleet::llmfleet:regional:Network$aws:ec2/vpc:Vpc::vpc"


def properties(**values):
    return ParseDict(values, Struct())


@pytest.fixture
def aws():
    cloud = Cloud()
    with clouds(cloud) as places:
        port = dict(place.split(":") for place in places.split(","))["aws"]
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield cloud, provider_pb2_grpc.ResourceProviderStub(channel)


def test_what_is_created_is_noted_and_answers_as_in_a_rehearsal(aws):
    cloud, stub = aws
    made = stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties(cidrBlock="10.0.0.0/16")))
    assert made.id.startswith("vpc-")
    assert made.properties["arn"].startswith("arn:aws:ec2:")
    assert cloud.taken() == [Call("create", "aws:ec2/vpc:Vpc", "vpc")]
    assert cloud.taken() == []


def test_a_preview_leaves_no_trace(aws):
    cloud, stub = aws
    cloud.fail_once.add("vpc")
    stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties(), preview=True))
    assert cloud.taken() == []
    assert cloud.fail_once == {"vpc"}


def test_a_planted_failure_happens_once(aws):
    cloud, stub = aws
    cloud.fail_once.add("vpc")
    with pytest.raises(grpc.RpcError, match="planted failure of vpc"):
        stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties()))
    assert stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties())).id


@pytest.mark.parametrize(
    ("now", "changed", "replaced"),
    [
        ({"cidrBlock": "10.0.0.0/16", "enableDnsSupport": True}, [], []),
        ({"cidrBlock": "10.0.0.0/16", "enableDnsSupport": False}, ["enableDnsSupport"], []),
        ({"cidrBlock": "10.9.0.0/16", "enableDnsSupport": True}, ["cidrBlock"], ["cidrBlock"]),
    ],
)
def test_differences_are_those_of_the_inputs(aws, now, changed, replaced):
    _, stub = aws
    then = properties(cidrBlock="10.0.0.0/16", enableDnsSupport=True)
    found = stub.Diff(provider_pb2.DiffRequest(urn=URN, old_inputs=then, news=properties(**now)))
    assert list(found.diffs) == changed
    assert list(found.replaces) == replaced
