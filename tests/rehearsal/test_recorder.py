import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import ResourceOptions

from rehearsal.recorder import Cloud


def network():
    provider = aws.Provider("here", region="us-east-1")
    inside = ResourceOptions(provider=provider)
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=inside)
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=inside)
    aws.ec2.Eip("address", opts=ResourceOptions(provider=provider, depends_on=[subnet]))
    pulumi.export("vpc", vpc.id)


def test_resources_are_recorded_with_resolved_inputs_and_their_provider(cloud):
    cloud.build(network)
    vpc, subnet = cloud.named("vpc"), cloud.named("subnet")
    assert subnet.inputs["vpcId"].startswith("vpc-")
    assert vpc.provider == subnet.provider == cloud.named("here").urn
    assert cloud.exports == ("vpc",)


def test_order_is_recorded_whether_stated_or_implied(cloud):
    cloud.build(network)
    assert cloud.waits_for(cloud.named("address")) == {"subnet", "vpc"}


def test_a_child_waits_for_what_its_component_waits_for(cloud):
    class Component(pulumi.ComponentResource):
        def __init__(self, name, opts):
            super().__init__("test:component:Component", name, None, opts)
            aws.sns.Topic(f"{name}-topic", opts=ResourceOptions(parent=self))

    def program():
        inside = ResourceOptions(providers=[aws.Provider("here", region="us-east-1")])
        first = Component("first", inside)
        Component("second", ResourceOptions.merge(inside, ResourceOptions(depends_on=[first])))

    cloud.build(program)
    assert "first-topic" in cloud.waits_for(cloud.named("second-topic"))
    assert "second-topic" not in cloud.waits_for(cloud.named("first-topic"))


def test_what_a_program_raises_is_raised(cloud):
    def refusing():
        raise pulumi.RunError("not like this")

    with pytest.raises(pulumi.RunError, match="not like this"):
        cloud.build(refusing)


def test_a_failure_inside_an_output_is_raised(cloud):
    def fails(_):
        raise ValueError("too late")

    with pytest.raises(Exception, match="too late"):
        cloud.build(lambda: aws.sns.Topic("topic", name=pulumi.Output.from_input("x").apply(fails)))


def test_an_invoke_without_an_answer_names_it(cloud):
    with pytest.raises(Exception, match="the program asks the cloud for aws:index/getRegions:getRegions"):
        cloud.build(lambda: pulumi.export("regions", aws.get_regions().names))


def test_builds_do_not_see_each_other():
    first, second = Cloud(stack="one").build(network), Cloud(stack="two").build(network)
    assert len(first.resources) == len(second.resources) == 4
    assert "two::llm-fleet" in second.named("vpc").parent


def test_kubernetes_objects_are_found_by_kind_and_secrets_are_opened(cloud):
    def program():
        provider = kubernetes.Provider("cluster", kubeconfig="{}")
        kubernetes.core.v1.Secret(
            "secret",
            metadata={"name": "key"},
            string_data={"key": pulumi.Output.secret("value")},
            opts=ResourceOptions(provider=provider),
        )

    cloud.build(program)
    assert cloud.kind("Secret")["secret"].manifest["stringData"] == {"key": "value"}


def test_the_only_one_of_a_type_is_found(cloud):
    cloud.build(network)
    assert cloud.one("aws:ec2/vpc:Vpc").name == "vpc"
    assert list(cloud.of("aws:ec2/subnet:Subnet")) == ["subnet"]
