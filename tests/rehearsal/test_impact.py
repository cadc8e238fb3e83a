"""What becomes of resources, on graphs small enough to see through."""

import dataclasses
import json

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi import Alias, ResourceOptions

from rehearsal import graph
from rehearsal.graph import Node
from rehearsal.impact import impact
from rehearsal.recorder import Cloud

COMPONENT = "llmfleet:regional:Network"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TOPIC = "aws:sns/topic:Topic"
PROVIDER = "pulumi:providers:aws"


def node(type_, name, parent=None, **fields):
    above = parent.place if parent else ""
    return Node(place=graph.place(above, type_, name), type=type_, name=name, parent=above, **fields)


def stack(*nodes):
    return {one.place: one for one in nodes}


def network(name="net", cidr="10.0.0.0/16", **component):
    top = node(COMPONENT, name, **component)
    vpc = node(VPC, f"{name}-vpc", top, inputs={"cidrBlock": cidr}, protect=True)
    inside = {"vpcId": f"{name}-vpc-id", "cidrBlock": "10.0.0.0/24"}
    subnet = node(SUBNET, f"{name}-a", top, inputs=inside, uses={"vpcId": (vpc.place,)})
    topic = node(TOPIC, f"{name}-topic", top, inputs={"policy": "x"}, uses={"policy": (subnet.place,)})
    return stack(top, vpc, subnet, topic)


def names(steps):
    return [one.after.name for one in steps]


def test_nothing_becomes_of_the_same():
    assert impact(network(), network()).nothing


def test_what_comes_and_goes_is_added_and_deleted():
    alone = node(TOPIC, "alone", inputs={"a": 1})
    there = {**network(), alone.place: alone}
    assert impact(network(), there).added == impact(there, network()).deleted == (alone,)


def test_a_replaced_network_takes_its_subnets_along_and_changes_what_names_them():
    found = impact(network(), network(cidr="10.1.0.0/16"))
    assert {one.after.name: one.why for one in found.replaced} == {
        "net-vpc": "cidrBlock cannot be changed in place",
        "net-a": "vpcId of net-vpc",
    }
    (topic,) = found.changed
    assert (topic.after.name, topic.follows) == ("net-topic", ("net-a",))


def test_a_renamed_component_loses_everything_beneath_it():
    found = impact(network(), network("lan"))
    assert names(found.replaced) == ["lan-a", "lan-vpc", "lan-topic"]
    assert {one.why for one in found.replaced} == {"renamed without an alias"}
    assert names(found.renamed_components) == ["lan"]
    assert not found.added
    assert not found.deleted


def test_an_alias_keeps_it_and_what_is_named_after_it():
    kept = network("lan", aliases=({"name": "net"},))
    vpc = next(one for one in kept.values() if one.type == VPC)
    assert graph.former_places(vpc, kept) == (f"{COMPONENT}${VPC}::net-vpc",)
    found = impact(network(), kept)
    # Its subnet names another id only because this small graph spells ids by names.
    assert names(found.replaced) == ["lan-a"]
    assert not found.renamed_components


@pytest.mark.parametrize(
    "alias",
    [
        {"urn": f"urn:pulumi:prod::llm-fleet::{COMPONENT}${TOPIC}::topic"},
        {"parent": f"{COMPONENT}::net"},
    ],
)
def test_an_alias_may_name_the_whole_place_or_a_parent(alias):
    top = node(COMPONENT, "net")
    before = stack(top, node(TOPIC, "topic", top))
    after = stack(top, node(TOPIC, "topic", aliases=(alias,)))
    assert impact(before, after).nothing


def test_a_resource_moved_without_an_alias_is_built_anew():
    top = node(COMPONENT, "net")
    found = impact(stack(top, node(TOPIC, "topic", top)), stack(top, node(TOPIC, "topic")))
    assert [one.why for one in found.replaced] == ["moved to another parent without an alias"]


def test_another_provider_builds_anew_all_that_it_manages():
    one, other = (node(PROVIDER, name, inputs={"region": name}) for name in ("east", "west"))
    before = stack(one, other, node(TOPIC, "topic", provider=one.place))
    after = stack(one, other, node(TOPIC, "topic", provider=other.place))
    assert [step.why for step in impact(before, after).replaced] == ["another provider"]
    moved = dataclasses.replace(one, inputs={"region": "north"})
    after = stack(moved, other, node(TOPIC, "topic", provider=one.place))
    assert {step.after.name: step.why for step in impact(before, after).replaced} == {
        "east": "region cannot be changed in place",
        "topic": "its provider of east",
    }


class Network(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__(COMPONENT, name, None, opts)
        vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=self))
        aws.ec2.Subnet(f"{name}-a", vpc_id=vpc.id, opts=ResourceOptions(parent=vpc))


def recorded(program):
    def run():
        provider = aws.Provider("here", region="us-east-1")
        program(ResourceOptions(providers=[provider]))

    return graph.graph(Cloud().build(run).resources)


def test_aliases_are_recorded_as_the_engine_would_be_told_them():
    before = recorded(lambda inside: Network("net", inside))
    named = recorded(
        lambda inside: Network(
            "lan", ResourceOptions.merge(inside, ResourceOptions(aliases=[Alias(name="net")]))
        )
    )
    lost = recorded(lambda inside: Network("lan", inside))
    assert graph.former_places(named[f"{COMPONENT}::lan"], named) == (f"{COMPONENT}::net",)
    # The stand-in's VPC is identified by its name, so that what is made from it is told another; nothing else is lost.
    assert names(impact(before, named).replaced) == ["lan-a"]
    assert names(impact(before, lost).replaced) == ["lan-a", "lan-vpc"]


def test_an_alias_of_another_parent_is_recorded_by_its_place():
    def moved(inside):
        top = Network("net", inside)
        told = [Alias(parent=top)]
        aws.sns.Topic("topic", opts=ResourceOptions.merge(inside, ResourceOptions(aliases=told)))

    def before(inside):
        aws.sns.Topic("topic", opts=ResourceOptions(parent=Network("net", inside)))

    assert impact(recorded(before), recorded(moved)).nothing


def test_ignored_inputs_are_not_a_change():
    def sized(count, limit):
        inputs = {"scalingConfig": {"desiredSize": count, "maxSize": limit}}
        ignored = ("scalingConfig.desiredSize",)
        return stack(node("aws:eks/nodeGroup:NodeGroup", "group", inputs=inputs, ignore_changes=ignored))

    assert impact(sized(1, 4), sized(3, 4)).nothing
    assert names(impact(sized(1, 4), sized(3, 5)).changed) == ["group"]


def test_a_recorded_stack_survives_a_file_and_differs_from_itself_in_nothing(prod):
    nodes = graph.graph(prod.resources)
    assert len(nodes) == len(prod.resources)
    again = graph.load(json.loads(json.dumps(graph.data(nodes))))
    assert list(again) == list(nodes)
    assert impact(again, nodes).nothing
    assert impact(nodes, again).nothing


def test_places_are_the_ends_of_real_urns(prod):
    nodes = graph.graph(prod.resources)
    assert (
        "llmfleet:regional:Region$llmfleet:regional:Network$aws:ec2/vpc:Vpc::us-east-1-network-vpc" in nodes
    )
    assert "pulumi:providers:aws::home" in nodes


@settings(max_examples=50, deadline=None)
@given(
    before=st.sets(st.tuples(st.sampled_from((VPC, SUBNET, TOPIC)), st.sampled_from("abcdef"))),
    after=st.sets(st.tuples(st.sampled_from((VPC, SUBNET, TOPIC)), st.sampled_from("abcdef"))),
)
def test_every_resource_is_in_one_list_and_the_way_back_undoes_it(before, after):
    then, now = (
        stack(*(node(*one, inputs={"own": one[1]}) for one in sorted(side))) for side in (before, after)
    )
    there, back = impact(then, now), impact(now, then)
    assert len(there.added) + len(there.replaced) + len(before & after) == len(after)
    assert len(there.deleted) + len(there.replaced) + len(before & after) == len(before)
    assert {one.place for one in there.added} == {one.place for one in back.deleted}
    assert len(there.replaced) == len(back.replaced)
