"""One region's network: nodes out of reach, load balancers in public, AWS reached without the internet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning.plan import NetworkPlan, SubnetPlan
from components.regional.identity import allow, policy, trust

ENDPOINTS: Final[Mapping[str, str]] = {
    "ecr.api": "image manifests",
    "ecr.dkr": "image pulls; layers come through the S3 gateway",
    "sts": "every identity of a pod",
    "ec2": "Karpenter, the CNI and the disk driver",
    "sqs": "interruption notices to Karpenter",
    "logs": "container and flow logs",
    "eks": "nodes that join",
    "eks-auth": "Pod Identity's credentials",
    "elasticloadbalancing": "pods registered as targets",
}
"""AWS services that nodes call all day, and why; each saves NAT's price per gigabyte and a dependency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkArgs:
    """The addresses, and what the network serves."""

    plan: NetworkPlan
    region: str
    cluster_name: str
    log_days: int


class Network(pulumi.ComponentResource):
    """A VPC whose nodes are reachable only from inside it."""

    vpc_id: pulumi.Output[str]
    private_subnets: Mapping[str, pulumi.Output[str]]
    """Subnet ids by zone."""
    public_subnets: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Network", name, None, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.plan.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": args.cluster_name},
            opts=self._child,
        )
        self.vpc_id = vpc.id
        # The default group lets everything in it talk; adopted without rules it lets nothing.
        aws.ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, opts=self._child)
        self.public_subnets = {one.zone: self._subnet(one, public=True).id for one in args.plan.public}
        self.private_subnets = {one.zone: self._subnet(one, public=False).id for one in args.plan.private}
        gateways = self._ways_out()
        tables = self._private_routes(gateways)
        self._aws_services(tables)
        self._flow_logs()
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "private_subnet_ids": list(self.private_subnets.values()),
                "public_subnet_ids": list(self.public_subnets.values()),
            }
        )

    def _subnet(self, plan: SubnetPlan, *, public: bool) -> aws.ec2.Subnet:
        side = "public" if public else "private"
        role = {"kubernetes.io/role/elb": "1"} if public else {"kubernetes.io/role/internal-elb": "1"}
        discovery = {} if public else {"karpenter.sh/discovery": self._args.cluster_name}
        return aws.ec2.Subnet(
            f"{self._name}-{side}-{plan.key}",
            vpc_id=self.vpc_id,
            cidr_block=plan.cidr,
            availability_zone_id=plan.zone,
            map_public_ip_on_launch=False,
            tags={"Name": f"{self._args.cluster_name}-{side}-{plan.key}", **role, **discovery},
            opts=self._child,
        )

    def _ways_out(self) -> Mapping[str, aws.ec2.NatGateway]:
        """The internet gateway, and NAT gateways by the key of their zone."""
        name, plan = self._name, self._args.plan
        internet = aws.ec2.InternetGateway(f"{name}-internet", vpc_id=self.vpc_id, opts=self._child)
        table = self._table("public", gateway_id=internet.id)
        gateways = {}
        for subnet in plan.public:
            self._routes(f"public-{subnet.key}", self.public_subnets[subnet.zone], table)
            if subnet.key in plan.nat_keys:
                address = aws.ec2.Eip(f"{name}-nat-{subnet.key}-address", domain="vpc", opts=self._child)
                gateways[subnet.key] = aws.ec2.NatGateway(
                    f"{name}-nat-{subnet.key}",
                    allocation_id=address.id,
                    subnet_id=self.public_subnets[subnet.zone],
                    # A gateway made before its network reaches the internet fails and is billed.
                    opts=ResourceOptions(parent=self, depends_on=[internet]),
                )
        return gateways

    def _private_routes(self, gateways: Mapping[str, aws.ec2.NatGateway]) -> list[pulumi.Output[str]]:
        plan, tables = self._args.plan, []
        for subnet in plan.private:
            nearest = gateways.get(subnet.key) or gateways[plan.nat_keys[0]]
            table = self._table(f"private-{subnet.key}", nat_gateway_id=nearest.id)
            self._routes(f"private-{subnet.key}", self.private_subnets[subnet.zone], table)
            tables.append(table.id)
        return tables

    def _table(
        self, what: str, *, gateway_id: Input[str] | None = None, nat_gateway_id: Input[str] | None = None
    ) -> aws.ec2.RouteTable:
        """A route table with one way out."""
        table = aws.ec2.RouteTable(f"{self._name}-{what}", vpc_id=self.vpc_id, opts=self._child)
        aws.ec2.Route(
            f"{self._name}-{what}-out",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway_id,
            nat_gateway_id=nat_gateway_id,
            opts=self._child,
        )
        return table

    def _routes(self, what: str, subnet_id: Input[str], table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{what}-routes", subnet_id=subnet_id, route_table_id=table.id, opts=self._child
        )

    def _aws_services(self, tables: list[pulumi.Output[str]]) -> None:
        name, region = self._name, self._args.region
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=tables,
            opts=self._child,
        )
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints",
            vpc_id=self.vpc_id,
            description="AWS services inside the network",
            opts=self._child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-endpoints-https",
            security_group_id=group.id,
            cidr_ipv4=self._args.plan.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="anything in the network calls AWS",
            opts=self._child,
        )
        for service in ENDPOINTS:
            aws.ec2.VpcEndpoint(
                f"{name}-{service.replace('.', '-')}",
                vpc_id=self.vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(self.private_subnets.values()),
                security_group_ids=[group.id],
                private_dns_enabled=True,
                opts=self._child,
            )

    def _flow_logs(self) -> None:
        name = self._name
        group = aws.cloudwatch.LogGroup(
            f"{name}-flows", retention_in_days=self._args.log_days, opts=self._child
        )
        role = aws.iam.Role(
            f"{name}-flows-role", assume_role_policy=trust("vpc-flow-logs.amazonaws.com"), opts=self._child
        )
        writes = allow(
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogStreams",
            on=[group.arn, pulumi.Output.concat(group.arn, ":*")],
        )
        aws.iam.RolePolicy(f"{name}-flows-policy", role=role.name, policy=policy(writes), opts=self._child)
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            opts=self._child,
        )
