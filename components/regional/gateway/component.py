"""The entrance of one region: a load balancer whose address the program knows before any controller runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning import entrance, failover, labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.regional.bucket import ClosedBucket, ClosedBucketArgs
from components.regional.gateway.firewall import Firewall

HEALTH_PORT: Final = 8443
"""Only Route 53's health checkers reach it."""

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntranceArgs:
    """Where the door stands, and what lies behind it."""

    plan: RegionPlan
    vpc_id: Input[str]
    public_subnet_ids: Sequence[Input[str]]
    node_security_group_id: Input[str]
    certificate_arn: Input[str]


class Entrance(pulumi.ComponentResource):
    """Takes `/v1` requests for each model over HTTPS, and nothing else, from the internet."""

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    target_group_arns: Mapping[str, pulumi.Output[str]]
    """By model."""

    def __init__(self, name: str, args: EntranceArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Entrance", name, None, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        balancer = self._load_balancer(self._security_group())
        self.arn, self.dns_name, self.zone_id = balancer.arn, balancer.dns_name, balancer.zone_id
        groups = {model.name: self._target_group(model) for model in args.plan.models}
        self.target_group_arns = {model: group.arn for model, group in groups.items()}
        self._listener("public", 443, "/v1/*")
        self._listener("health", HEALTH_PORT, "/health")
        Firewall(f"{name}-firewall", args.plan, balancer.arn, self._child)
        self.register_outputs({"dns_name": self.dns_name})

    def _security_group(self) -> aws.ec2.SecurityGroup:
        name, region = self._name, self._args.plan.region
        group = aws.ec2.SecurityGroup(
            f"{name}-group", vpc_id=self._args.vpc_id, description="Entrance", opts=self._child
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-anyone",
            security_group_id=group.id,
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="clients",
            opts=self._child,
        )
        checkers = aws.ec2.get_managed_prefix_list_output(
            name=f"com.amazonaws.{region}.route53-healthchecks", opts=pulumi.InvokeOutputOptions(parent=self)
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-checkers",
            security_group_id=group.id,
            prefix_list_id=checkers.id,
            ip_protocol="tcp",
            from_port=HEALTH_PORT,
            to_port=HEALTH_PORT,
            description="Route 53 health checkers",
            opts=self._child,
        )
        for side, owner, other in (
            ("to-models", group.id, self._args.node_security_group_id),
            ("into-models", self._args.node_security_group_id, group.id),
        ):
            rule = (
                aws.vpc.SecurityGroupEgressRule if side == "to-models" else aws.vpc.SecurityGroupIngressRule
            )
            rule(
                f"{name}-{side}",
                security_group_id=owner,
                referenced_security_group_id=other,
                ip_protocol="tcp",
                from_port=labels.SERVER_PORT,
                to_port=labels.SERVER_PORT,
                description="requests and health checks",
                opts=self._child,
            )
        return group

    def _load_balancer(self, group: aws.ec2.SecurityGroup) -> aws.lb.LoadBalancer:
        plan = self._args.plan
        logs = ClosedBucket(
            f"{self._name}-logs",
            ClosedBucketArgs(versioned=False, expire_days=plan.log_days),
            {
                "Sid": "LoadBalancerLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
            },
            opts=self._child,
        )
        return aws.lb.LoadBalancer(
            f"{self._name}-alb",
            # AWS allows 32 characters; a prefix of six leaves the rest to be made unique, the tag says it all.
            name_prefix=f"{plan.stack[:5]}-",
            tags={"Name": f"{plan.cluster_name}-entrance"},
            load_balancer_type="application",
            internal=False,
            subnets=list(self._args.public_subnet_ids),
            security_groups=[group.id],
            idle_timeout=plan.idle_seconds,
            drop_invalid_header_fields=True,
            enable_deletion_protection=plan.deletion_protection,
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=logs.bucket_name, enabled=True),
            # The balancer tries to write as soon as it exists.
            opts=ResourceOptions(parent=self, depends_on=[logs.policy]),
        )

    def _target_group(self, model: ModelPlan) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            f"{self._name}-{model.name}",
            name_prefix=f"{model.name[:5].rstrip('-')}-",
            tags={"Name": f"{self._args.plan.cluster_name}-{model.name}"},
            vpc_id=self._args.vpc_id,
            target_type="ip",
            port=labels.SERVER_PORT,
            protocol="HTTP",
            deregistration_delay=model.drain.deregistration_seconds,
            # Requests differ a hundredfold in length; taking turns would pile long ones on one replica.
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                path="/health",
                interval=failover.ALB_INTERVAL_SECONDS,
                timeout=failover.ALB_TIMEOUT_SECONDS,
                unhealthy_threshold=failover.ALB_THRESHOLD,
                healthy_threshold=2,
                matcher="200",
            ),
            opts=self._child,
        )

    def _listener(self, what: str, port: int, path: str) -> None:
        """Answers 404 to all but one path of each model's own names."""
        plan = self._args.plan
        listener = aws.lb.Listener(
            f"{self._name}-{what}",
            load_balancer_arn=self.arn,
            port=port,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=self._args.certificate_arn,
            default_actions=[
                aws.lb.ListenerDefaultActionArgs(
                    type="fixed-response",
                    fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
                        content_type="text/plain", message_body="no such model", status_code="404"
                    ),
                )
            ],
            opts=self._child,
        )
        for model in plan.models:
            hosts = [
                entrance.public_host(model.name, plan.domain),
                entrance.regional_host(model.name, plan.region, plan.domain),
            ]
            aws.lb.ListenerRule(
                f"{self._name}-{what}-{model.name}",
                listener_arn=listener.arn,
                priority=model.listener_priority,
                conditions=[
                    aws.lb.ListenerRuleConditionArgs(
                        host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=hosts)
                    ),
                    aws.lb.ListenerRuleConditionArgs(
                        path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=[path])
                    ),
                ],
                actions=[
                    aws.lb.ListenerRuleActionArgs(
                        type="forward", target_group_arn=self.target_group_arns[model.name]
                    )
                ],
                opts=self._child,
            )
