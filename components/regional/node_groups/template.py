"""The launch template of a managed node group."""

from collections.abc import Mapping
from typing import Final

import pulumi_aws as aws
from pulumi import ResourceOptions

from components.planning import limits

# nodeadm reads its configuration from a MIME part; EKS appends its own. RAID0 puts images and scratch on local NVMe.
# awslabs.github.io/amazon-eks-ami/nodeadm (2026-10)
NVME_USER_DATA: Final = """MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  instance:
    localStorage:
      strategy: RAID0

--//--
"""


def launch_template(
    name: str, *, volume_gib: int, user_data: str | None, tags: Mapping[str, str], opts: ResourceOptions
) -> aws.ec2.LaunchTemplate:
    """IMDSv2 only, an encrypted root, and the fleet's tags on all it starts: default tags do not reach that far."""
    fast = volume_gib >= limits.ROOT_VOLUME_GIB
    return aws.ec2.LaunchTemplate(
        name,
        update_default_version=True,
        user_data=user_data,
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            # One hop: a pod without the host's network cannot take the node's role.
            http_put_response_hop_limit=1,
        ),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name=limits.ROOT_VOLUME_DEVICE,
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_size=volume_gib,
                    volume_type="gp3",
                    encrypted="true",
                    iops=limits.ROOT_VOLUME_IOPS if fast else 3000,
                    throughput=limits.ROOT_VOLUME_MB_PER_SECOND if fast else 125,
                    delete_on_termination="true",
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags={"Name": name, **tags})
            for kind in ("instance", "volume", "network-interface")
        ],
        opts=opts,
    )
