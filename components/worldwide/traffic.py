"""The worldwide entrance: clients reach the nearest region that answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning import entrance
from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.regional.gateway.component import HEALTH_PORT, Entrance


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficArgs:
    """The plan, the zone its names live in, and the door of each region."""

    plan: FleetPlan
    zone_id: Input[str]
    entrances: Mapping[str, Entrance]


class GlobalTraffic(pulumi.ComponentResource):
    """Sends each client to its nearest healthy region, and away from a dead one within the promised seconds."""

    endpoints: Mapping[str, str]
    """What clients call, by model."""

    def __init__(self, name: str, args: TrafficArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:worldwide:GlobalTraffic", name, None, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        for here in args.plan.regions:
            for model in here.models:
                self._regional_name(here, model)
        if args.plan.traffic.failover.method == "route53-latency":
            self._by_latency()
        else:
            self._by_accelerator()
        models = args.plan.regions[0].models
        self.endpoints = {model.name: f"https://{self._public(model)}/v1" for model in models}
        self.register_outputs({"endpoints": dict(self.endpoints)})

    def _public(self, model: ModelPlan) -> str:
        return entrance.public_host(model.name, self._args.plan.traffic.domain)

    def _regional(self, here: RegionPlan, model: ModelPlan) -> str:
        return entrance.regional_host(model.name, here.region, self._args.plan.traffic.domain)

    def _regional_name(self, here: RegionPlan, model: ModelPlan) -> None:
        """One region's own name for a model: what health checks ask, and what latency records lead to."""
        door = self._args.entrances[here.region]
        aws.route53.Record(
            f"{self._name}-{here.region}-{model.name}",
            zone_id=self._args.zone_id,
            name=self._regional(here, model),
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=door.dns_name, zone_id=door.zone_id, evaluate_target_health=False
                )
            ],
            opts=self._child,
        )

    def _by_latency(self) -> None:
        failover = self._args.plan.traffic.failover
        for here in self._args.plan.regions:
            for model in here.models:
                check = aws.route53.HealthCheck(
                    f"{self._name}-{here.region}-{model.name}-check",
                    type="HTTPS",
                    fqdn=self._regional(here, model),
                    port=HEALTH_PORT,
                    resource_path="/health",
                    enable_sni=True,
                    request_interval=failover.check_interval_seconds,
                    failure_threshold=failover.check_threshold,
                    tags={"Name": self._regional(here, model)},
                    opts=self._child,
                )
                aws.route53.Record(
                    f"{self._name}-{here.region}-{model.name}-latency",
                    zone_id=self._args.zone_id,
                    name=self._public(model),
                    # Not an alias: that would be kept for 60 seconds by every resolver, whatever we promise.
                    type="CNAME",
                    ttl=failover.ttl_seconds,
                    records=[self._regional(here, model)],
                    set_identifier=here.region,
                    latency_routing_policies=[aws.route53.RecordLatencyRoutingPolicyArgs(region=here.region)],
                    health_check_id=check.id,
                    opts=self._child,
                )

    def _by_accelerator(self) -> None:
        name, plan = self._name, self._args.plan
        accelerator = aws.globalaccelerator.Accelerator(
            f"{name}-accelerator", name=plan.name, ip_address_type="IPV4", enabled=True, opts=self._child
        )
        listener = aws.globalaccelerator.Listener(
            f"{name}-listener",
            accelerator_arn=accelerator.arn,
            protocol="TCP",
            port_ranges=[aws.globalaccelerator.ListenerPortRangeArgs(from_port=443, to_port=443)],
            opts=self._child,
        )
        for here in plan.regions:
            # Health is the load balancer's own; settings here would apply to instances only.
            aws.globalaccelerator.EndpointGroup(
                f"{name}-{here.region}-endpoints",
                listener_arn=listener.arn,
                endpoint_group_region=here.region,
                endpoint_configurations=[
                    aws.globalaccelerator.EndpointGroupEndpointConfigurationArgs(
                        endpoint_id=self._args.entrances[here.region].arn,
                        weight=128,
                        client_ip_preservation_enabled=True,
                    )
                ],
                opts=self._child,
            )
        for model in plan.regions[0].models:
            aws.route53.Record(
                f"{name}-{model.name}",
                zone_id=self._args.zone_id,
                name=self._public(model),
                type="A",
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=accelerator.dns_name,
                        zone_id=accelerator.hosted_zone_id,
                        evaluate_target_health=False,
                    )
                ],
                opts=self._child,
            )
