"""Which changed inputs make a provider build a resource anew, and which resources hold something that is then lost.

AWS: `ForceNew` in the Terraform AWS provider's schemas, which pulumi-aws takes over as `willReplaceOnChanges`. Read there in
November 2026 (internal/service, v6): EFS and Lustre file systems, KMS keys, EKS clusters and node groups; the other AWS lines
are of the provider's documentation and were not compared input by input. Kubernetes: `forceNew` in
pulumi-kubernetes, provider/pkg/provider/diff.go, read in November 2026. A type without a line here is taken to be changed
in place: a preview on the account has the last word.
"""

from collections.abc import Mapping
from typing import Any, Final

REPLACED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:acm/certificate:Certificate": ("domainName", "subjectAlternativeNames", "validationMethod"),
    "aws:cloudwatch/logGroup:LogGroup": ("name",),
    "aws:ec2/natGateway:NatGateway": ("allocationId", "subnetId"),
    "aws:ec2/routeTable:RouteTable": ("vpcId",),
    "aws:ec2/securityGroup:SecurityGroup": ("description", "name", "vpcId"),
    "aws:ec2/subnet:Subnet": ("availabilityZone", "availabilityZoneId", "cidrBlock", "vpcId"),
    "aws:ec2/vpc:Vpc": ("cidrBlock",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("serviceName", "vpcEndpointType", "vpcId"),
    "aws:efs/accessPoint:AccessPoint": ("fileSystemId", "posixUser", "rootDirectory"),
    "aws:efs/fileSystem:FileSystem": (
        "availabilityZoneName",
        "creationToken",
        "encrypted",
        "kmsKeyId",
        "performanceMode",
    ),
    "aws:efs/mountTarget:MountTarget": ("fileSystemId", "ipAddress", "subnetId"),
    "aws:eks/accessEntry:AccessEntry": ("clusterName", "principalArn", "type"),
    "aws:eks/addon:Addon": ("addonName", "clusterName"),
    "aws:eks/nodeGroup:NodeGroup": (
        "amiType",
        "capacityType",
        "clusterName",
        "diskSize",
        "instanceTypes",
        "launchTemplate.id",
        "launchTemplate.name",
        "nodeGroupName",
        "nodeGroupNamePrefix",
        "nodeRoleArn",
        "remoteAccess",
        "subnetIds",
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": ("clusterName", "namespace", "serviceAccount"),
    "aws:fsx/lustreFileSystem:LustreFileSystem": (
        "deploymentType",
        "fileSystemTypeVersion",
        "importPath",
        "kmsKeyId",
        "securityGroupIds",
        "storageType",
        "subnetIds",
    ),
    "aws:iam/role:Role": ("name", "namePrefix", "path"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("policyArn", "role"),
    "aws:kms/key:Key": ("customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion"),
    "aws:lb/listener:Listener": ("loadBalancerArn",),
    "aws:lb/loadBalancer:LoadBalancer": ("internal", "loadBalancerType", "name", "namePrefix"),
    "aws:lb/targetGroup:TargetGroup": ("name", "namePrefix", "port", "protocol", "targetType", "vpcId"),
    "aws:route53/healthCheck:HealthCheck": ("measureLatency", "requestInterval", "type"),
    "aws:route53/record:Record": ("name", "zoneId"),
    "aws:s3/bucket:Bucket": ("bucket", "bucketPrefix", "objectLockEnabled"),
    "aws:sqs/queue:Queue": ("fifoQueue", "name"),
    # The component passes these on to the cluster it makes.
    "eks:index:Cluster": ("bootstrapSelfManagedAddons", "name", "vpcId"),
    "kubernetes:apps/v1:Deployment": ("spec.selector",),
    "kubernetes:batch/v1:Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "kubernetes:core/v1:ConfigMap": ("binaryData", "data"),
    "kubernetes:core/v1:PersistentVolume": ("spec.csi",),
    "kubernetes:core/v1:PersistentVolumeClaim": ("spec",),
    "kubernetes:core/v1:Secret": ("data", "stringData", "type"),
    "kubernetes:storage.k8s.io/v1:StorageClass": ("parameters", "provisioner"),
    # Everything a provider manages goes with it. AWS: another region is another place for all of it.
    "pulumi:providers:aws": ("region",),
    "pulumi:providers:kubernetes": ("clusterIdentifier",),
}
"""Dotted inputs by type; where an input's parts are not told apart, any of them counts."""

OBJECT_IDENTITY: Final = ("metadata.name", "metadata.namespace")
"""Of every Kubernetes object, whatever its kind."""

STATEFUL: Final = frozenset(
    {
        "aws:ec2/vpc:Vpc",
        "aws:efs/fileSystem:FileSystem",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "aws:kms/key:Key",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:route53/record:Record",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
        "eks:index:Cluster",
        "kubernetes:core/v1:PersistentVolume",
        "kubernetes:core/v1:PersistentVolumeClaim",
        "pulumi:providers:kubernetes",
    }
)
"""Types whose replacement or deletion loses data, names that clients know, or everything that stands on them."""


def forcing(type_: str) -> tuple[str, ...]:
    """Dotted inputs of a type that cannot be changed in place."""
    return REPLACED_BY.get(type_, ()) + (OBJECT_IDENTITY if type_.startswith("kubernetes:") else ())


def replacing(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The inputs that differ and cannot be changed in place."""
    return tuple(path for path in forcing(type_) if _at(before, path) != _at(after, path))


def _at(inputs: Any, path: str) -> Any:
    for step in path.split("."):
        inputs = inputs.get(step) if isinstance(inputs, Mapping) else None
    return inputs


def follows(type_: str, key: str, of_type: str) -> bool:
    """Whether a resource whose input is made from another is built anew with it: the input will be another value.

    A part of an input counts with the whole, for a reference is what ties them; but a Deployment's selector and an
    object's own name are texts of ours, and only a namespace takes what is in it along.
    """
    if key == "metadata":
        return of_type == "kubernetes:core/v1:Namespace"
    return any(
        path.split(".")[0] == key
        for path in forcing(type_)
        if path not in (*OBJECT_IDENTITY, "spec.selector")
    )
