"""The region's shared file system, and how a volume names it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions
from pulumi_kubernetes.core import v1 as core

from components.planning import labels
from components.planning.plan import RegionPlan

Sources = Mapping[bool, core.CSIPersistentVolumeSourceArgs]
"""How to mount it, by whether it may be written."""

LUSTRE_PORTS = {"lustre": (988, 988), "lustre-more": (1018, 1023)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystemArgs:
    """Where it is mounted from."""

    plan: RegionPlan
    vpc_id: Input[str]
    subnets: Mapping[str, Input[str]]
    node_security_group_id: Input[str]


class FileSystem(pulumi.ComponentResource):
    """Encrypted storage that every node of the region mounts."""

    sources: Sources

    def __init__(self, name: str, args: FileSystemArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:FileSystem", name, None, opts)
        self._name, self._args = name, args
        self.sources = self._efs() if args.plan.storage.kind == "efs" else self._fsx()
        self.register_outputs({})

    def _efs(self) -> Sources:
        name, child = self._name, ResourceOptions(parent=self)
        group, _ = self._reachable({"nfs": (2049, 2049)})
        # No tiering: what lies unread for weeks is read in a hurry, when a node is lost.
        files = aws.efs.FileSystem(
            f"{name}-efs",
            encrypted=True,
            performance_mode="generalPurpose",
            throughput_mode="elastic",
            tags={"Name": f"{self._args.plan.cluster_name}-weights"},
            opts=child,
        )
        targets: list[pulumi.Resource] = [
            aws.efs.MountTarget(
                f"{name}-mount-{zone.split('-')[-1]}",
                file_system_id=files.id,
                subnet_id=subnet,
                security_groups=[group.id],
                opts=child,
            )
            for zone, subnet in self._args.subnets.items()
        ]
        owner = labels.USER_ID
        # Two doors: the driver ignores a second volume with a handle it has seen.
        doors = {
            writable: aws.efs.AccessPoint(
                f"{name}-{'fill' if writable else 'read'}",
                file_system_id=files.id,
                posix_user=aws.efs.AccessPointPosixUserArgs(uid=owner, gid=owner),
                root_directory=aws.efs.AccessPointRootDirectoryArgs(
                    path="/weights",
                    creation_info=aws.efs.AccessPointRootDirectoryCreationInfoArgs(
                        owner_uid=owner, owner_gid=owner, permissions="0755"
                    ),
                ),
                opts=ResourceOptions(parent=self, depends_on=targets),
            )
            for writable in (True, False)
        }
        return {
            writable: core.CSIPersistentVolumeSourceArgs(
                driver="efs.csi.aws.com",
                volume_handle=pulumi.Output.concat(files.id, "::", door.id),
                read_only=not writable,
            )
            for writable, door in doors.items()
        }

    def _fsx(self) -> Sources:
        name, storage = self._name, self._args.plan.storage
        group, rules = self._reachable(LUSTRE_PORTS)
        files = aws.fsx.LustreFileSystem(
            f"{name}-fsx",
            deployment_type="PERSISTENT_2",
            storage_type="SSD",
            storage_capacity=storage.claim_gib,
            per_unit_storage_throughput=storage.throughput_mb_per_tib,
            data_compression_type="LZ4",
            # Lustre lives in one zone; the others read it across.
            subnet_ids=next(iter(self._args.subnets.values())),
            security_group_ids=[group.id],
            tags={"Name": f"{self._args.plan.cluster_name}-weights"},
            # FSx looks whether its ports are open before it makes anything.
            opts=ResourceOptions(parent=self, depends_on=rules),
        )
        attributes = {"dnsname": files.dns_name, "mountname": files.mount_name}
        return {
            writable: core.CSIPersistentVolumeSourceArgs(
                driver="fsx.csi.aws.com",
                volume_handle=files.id if writable else pulumi.Output.concat(files.id, "-read"),
                volume_attributes=attributes,
                read_only=not writable,
            )
            for writable in (True, False)
        }

    def _reachable(
        self, openings: Mapping[str, tuple[int, int]]
    ) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """A group that nodes reach on the file system's ports, and nobody else on any."""
        name, child = self._name, ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group", vpc_id=self._args.vpc_id, description="Weights, from nodes", opts=child
        )
        sources = {"nodes": self._args.node_security_group_id}
        if self._args.plan.storage.kind == "fsx":
            # Lustre's servers speak to each other as well.
            sources["servers"] = group.id
        rules: list[pulumi.Resource] = []
        for what, (first, last) in openings.items():
            for who, source in sources.items():
                rule = aws.vpc.SecurityGroupIngressRule(
                    f"{name}-{what}-from-{who}",
                    security_group_id=group.id,
                    referenced_security_group_id=source,
                    ip_protocol="tcp",
                    from_port=first,
                    to_port=last,
                    description=f"{what} from {who}",
                    opts=child,
                )
                rules.append(rule)
        if self._args.plan.storage.kind == "fsx":
            rules.extend(self._lustre_answers(group, openings))
        return group, rules

    def _lustre_answers(
        self, group: aws.ec2.SecurityGroup, openings: Mapping[str, tuple[int, int]]
    ) -> Iterator[pulumi.Resource]:
        """Lustre's servers call their clients and each other (FSx for Lustre user guide, limiting access, 2026)."""
        name, child, nodes = self._name, ResourceOptions(parent=self), self._args.node_security_group_id
        for what, (first, last) in openings.items():
            for who, other in {"nodes": nodes, "servers": group.id}.items():
                yield aws.vpc.SecurityGroupEgressRule(
                    f"{name}-{what}-to-{who}",
                    security_group_id=group.id,
                    referenced_security_group_id=other,
                    ip_protocol="tcp",
                    from_port=first,
                    to_port=last,
                    description=f"{what} to {who}",
                    opts=child,
                )
            yield aws.vpc.SecurityGroupIngressRule(
                f"{name}-{what}-into-nodes",
                security_group_id=nodes,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=first,
                to_port=last,
                description=f"{what} from the file system",
                opts=child,
            )
