"""What a region is made of, in the order it is built."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning.plan import RegionPlan
from components.regional.addons.cluster_autoscaler import ClusterAutoscaler, ClusterAutoscalerArgs
from components.regional.addons.component import AddOns, AddOnsArgs
from components.regional.addons.karpenter import Karpenter, KarpenterArgs
from components.regional.bucket import ClosedBucket, ClosedBucketArgs
from components.regional.cluster import Cluster, ClusterArgs
from components.regional.cluster_addons import ClusterAddOns, JoiningAddOns
from components.regional.gateway.component import Entrance, EntranceArgs
from components.regional.network import Network, NetworkArgs
from components.regional.node_groups.component import GpuNodes, NodesArgs, SystemNodes
from components.regional.node_pools.component import NodePools, NodePoolsArgs
from components.regional.observability.component import Observability
from components.regional.serving.component import ModelServer, ModelServerArgs, ServingGround
from components.regional.weights.component import WeightCache, WeightCacheArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionArgs:
    """The plan, and what comes from outside the region."""

    plan: RegionPlan
    certificate_arn: Input[str]
    api_key: Input[str]


class Region(pulumi.ComponentResource):
    """Everything the fleet owns in one AWS region."""

    entrance: Entrance
    store: ClosedBucket
    """This region's copy of all weights; the file system is filled from it."""
    weights: WeightCache
    scaler_role_name: pulumi.Output[str]
    inside: ResourceOptions
    """Options for what another component builds in this region's account and cluster."""

    def __init__(self, name: str, args: RegionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Region", name, None, opts)
        plan = args.plan
        aws_here = aws.Provider(
            f"{name}-aws",
            region=plan.region,
            default_tags=aws.ProviderDefaultTagsArgs(tags=dict(plan.tags)),
            opts=ResourceOptions(parent=self),
        )
        in_aws = ResourceOptions(parent=self, providers=[aws_here])

        network = Network(
            f"{name}-network",
            NetworkArgs(
                plan=plan.network, region=plan.region, cluster_name=plan.cluster_name, log_days=plan.log_days
            ),
            in_aws,
        )
        subnets = network.private_subnets
        cluster = Cluster(
            f"{name}-cluster",
            ClusterArgs(plan=plan, vpc_id=network.vpc_id, private_subnet_ids=list(subnets.values())),
            _after(in_aws, network),
        )
        in_cluster = ResourceOptions(parent=self, providers=[aws_here, cluster.kubernetes])
        self.inside = ResourceOptions(providers=[aws_here, cluster.kubernetes])

        joining = JoiningAddOns(f"{name}-joining", plan, _after(in_aws, cluster))
        nodes = NodesArgs(plan=plan, node_role_arn=cluster.managed_node_role_arn, subnets=subnets)
        system = SystemNodes(f"{name}-system", nodes, _after(in_aws, joining))
        running = ClusterAddOns(f"{name}-running", plan, _after(in_cluster, system))
        gpus = GpuNodes(f"{name}-gpus", nodes, _after(in_aws, joining))

        addons = AddOns(
            f"{name}-addons", AddOnsArgs(plan=plan, vpc_id=network.vpc_id), _after(in_cluster, running)
        )
        scaler = self._scaler(name, plan, cluster, _after(in_cluster, addons, gpus))

        # Waits for nothing in the cluster: the origin copies to every region's, and must not wait for all their add-ons.
        self.store = ClosedBucket(
            f"{name}-store",
            ClosedBucketArgs(
                versioned=True, retain_days=plan.weights_retain_days, protect=plan.deletion_protection
            ),
            opts=in_aws,
        )
        self.weights = WeightCache(
            f"{name}-weights",
            WeightCacheArgs(
                plan=plan,
                bucket=self.store,
                vpc_id=network.vpc_id,
                subnets=subnets,
                node_security_group_id=cluster.security_group_id,
            ),
            _after(in_cluster, addons),
        )
        self.entrance = Entrance(
            f"{name}-entrance",
            EntranceArgs(
                plan=plan,
                vpc_id=network.vpc_id,
                public_subnet_ids=list(network.public_subnets.values()),
                node_security_group_id=cluster.security_group_id,
                certificate_arn=args.certificate_arn,
            ),
            # Nothing public can be made before the way to the internet is there.
            _after(in_aws, network),
        )

        ground = ServingGround(f"{name}-serving", plan, args.api_key, _after(in_cluster, addons))
        for model in plan.models:
            ready = _after(
                in_cluster, addons, *scaler, ground, self.weights.claim, self.weights.fills[model.name]
            )
            target = self.entrance.target_group_arns[model.name]
            ModelServer(
                f"{name}-{model.name}",
                ModelServerArgs(
                    model=model, plan=plan, target_group_arn=target, api_key_secret=ground.api_key_secret
                ),
                ready,
            )
        Observability(f"{name}-seen", plan, _after(in_cluster, addons))
        self.register_outputs({"entrance": self.entrance.dns_name})

    def _scaler(
        self, name: str, plan: RegionPlan, cluster: Cluster, opts: ResourceOptions
    ) -> list[pulumi.Resource]:
        """What adds nodes, and what a model server must wait for because of it."""
        if plan.node_scaler == "cluster-autoscaler":
            autoscaler = ClusterAutoscaler(f"{name}-autoscaler", ClusterAutoscalerArgs(plan=plan), opts)
            self.scaler_role_name = autoscaler.scaler_role_name
            return [autoscaler]
        karpenter = Karpenter(
            f"{name}-karpenter",
            KarpenterArgs(plan=plan, node_role_arn=cluster.karpenter_node_role_arn),
            opts,
        )
        self.scaler_role_name = karpenter.scaler_role_name
        pools = NodePools(
            f"{name}-pools",
            NodePoolsArgs(
                plan=plan,
                node_role_name=cluster.karpenter_node_role_name,
                security_group_id=cluster.security_group_id,
            ),
            _after(opts, karpenter),
        )
        return [pools]


def _after(opts: ResourceOptions, *required: pulumi.Resource) -> ResourceOptions:
    """The same options, once these are there; destroyed before them."""
    return ResourceOptions.merge(opts, ResourceOptions(depends_on=list(required)))
