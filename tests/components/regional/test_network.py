from components.regional.network import ENDPOINTS

HOME = "us-east-1"


def of(cloud, type_):
    return {name: one for name, one in cloud.of(type_).items() if name.startswith(HOME)}


def test_a_network_spans_three_zones_named_by_id(prod):
    subnets = of(prod, "aws:ec2/subnet:Subnet")
    assert {one.inputs["availabilityZoneId"] for one in subnets.values()} == {
        "use1-az2",
        "use1-az4",
        "use1-az6",
    }
    assert len(subnets) == 6


def test_nodes_find_private_subnets_and_load_balancers_public_ones(prod):
    for name, one in of(prod, "aws:ec2/subnet:Subnet").items():
        private = "-private-" in name
        assert ("karpenter.sh/discovery" in one.inputs["tags"]) == private
        assert ("kubernetes.io/role/elb" in one.inputs["tags"]) != private


def test_every_private_subnet_leaves_through_its_own_zones_gateway(prod):
    routes = [one for name, one in of(prod, "aws:ec2/route:Route").items() if "-private-" in name]
    assert len({one.inputs["natGatewayId"] for one in routes}) == len(routes) == 3


def test_a_single_gateway_serves_all_zones_where_chosen(other):
    assert len(of(other, "aws:ec2/natGateway:NatGateway")) == 1
    routes = [one for name, one in of(other, "aws:ec2/route:Route").items() if "-private-" in name]
    assert len({one.inputs["natGatewayId"] for one in routes}) == 1


def test_aws_is_reached_without_the_internet(prod):
    services = {
        one.inputs["serviceName"].split(f"{HOME}.")[1]
        for one in of(prod, "aws:ec2/vpcEndpoint:VpcEndpoint").values()
    }
    assert services == {"s3", *ENDPOINTS}
    assert {"ecr.api", "ecr.dkr", "sts", "ec2", "sqs", "logs", "eks"} <= services


def test_endpoints_answer_the_network_alone(prod):
    rule = prod.named(f"{HOME}-network-endpoints-https").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.20.0.0/16", 443, 443)


def test_the_default_security_group_lets_nothing_through(prod):
    group = prod.named(f"{HOME}-network-default").inputs
    assert not group.get("ingress")
    assert not group.get("egress")


def test_flows_are_logged_for_as_long_as_chosen(prod):
    assert prod.named(f"{HOME}-network-flows").inputs["retentionInDays"] == 30
    assert prod.named(f"{HOME}-network-flow-log").inputs["trafficType"] == "ALL"
