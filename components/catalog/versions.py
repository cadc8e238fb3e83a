"""Everything that is pinned: Kubernetes, node images, charts, container images, EKS add-ons."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A Helm chart at one version."""

    repository: str
    """`https://...`, or `oci://...` for a chart kept in a container registry."""
    name: str
    version: str

    @property
    def oci(self) -> bool:
        return self.repository.startswith("oci://")

    @property
    def reference(self) -> str:
        """What `helm install` is given: the bare name, or the whole address of an OCI chart."""
        return f"{self.repository}/{self.name}" if self.oci else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A container image at one digest; the tag is for the reader."""

    repository: str
    tag: str
    digest: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", self.digest):
            raise ValueError(f"{self.repository}:{self.tag} needs a sha256 digest, not {self.digest!r}")

    @property
    def reference(self) -> str:
        return f"{self.repository}:{self.tag}@{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EksAddon:
    """An add-on that EKS manages, at one version."""

    name: str
    version: str


# KEDA 2.20 is tested up to 1.35; EKS offers 1.36. keda.sh/docs/2.20/operate/cluster (2026-08)
# renovate: datasource=endoflife-date depName=amazon-eks
KUBERNETES: Final = "1.35"

# One date for Karpenter's nodes and the managed groups: github.com/awslabs/amazon-eks-ami v20260714, NVIDIA driver 580.
# renovate: datasource=github-releases depName=awslabs/amazon-eks-ami
NODE_IMAGE: Final = "v20260714"
NODE_ALIAS: Final = f"al2023@{NODE_IMAGE}"
NODE_RELEASE: Final = "1.35.6-20260714"
"""The same image as EKS's managed groups name it: kubelet's version and the date."""

# renovate: datasource=helm depName=gpu-operator registryUrl=https://helm.ngc.nvidia.com/nvidia
GPU_OPERATOR: Final = Chart(
    repository="https://helm.ngc.nvidia.com/nvidia", name="gpu-operator", version="v26.7.0"
)
# renovate: datasource=docker depName=public.ecr.aws/karpenter/karpenter
KARPENTER: Final = Chart(repository="oci://public.ecr.aws/karpenter", name="karpenter", version="1.14.1")
# renovate: datasource=docker depName=public.ecr.aws/karpenter/karpenter-crd
KARPENTER_CRD: Final = Chart(
    repository="oci://public.ecr.aws/karpenter", name="karpenter-crd", version="1.14.1"
)
# renovate: datasource=helm depName=cluster-autoscaler registryUrl=https://kubernetes.github.io/autoscaler
CLUSTER_AUTOSCALER: Final = Chart(
    repository="https://kubernetes.github.io/autoscaler", name="cluster-autoscaler", version="9.59.0"
)
# renovate: datasource=helm depName=keda registryUrl=https://kedacore.github.io/charts
KEDA: Final = Chart(repository="https://kedacore.github.io/charts", name="keda", version="2.20.2")
# renovate: datasource=helm depName=kube-prometheus-stack registryUrl=https://prometheus-community.github.io/helm-charts
PROMETHEUS: Final = Chart(
    repository="https://prometheus-community.github.io/helm-charts",
    name="kube-prometheus-stack",
    version="88.5.3",
)
# renovate: datasource=helm depName=aws-load-balancer-controller registryUrl=https://aws.github.io/eks-charts
LOAD_BALANCER_CONTROLLER: Final = Chart(
    repository="https://aws.github.io/eks-charts", name="aws-load-balancer-controller", version="3.5.0"
)
# renovate: datasource=helm depName=aws-fsx-csi-driver registryUrl=https://kubernetes-sigs.github.io/aws-fsx-csi-driver
FSX_CSI: Final = Chart(
    repository="https://kubernetes-sigs.github.io/aws-fsx-csi-driver",
    name="aws-fsx-csi-driver",
    version="1.17.0",
)
# renovate: datasource=helm depName=metrics-server registryUrl=https://kubernetes-sigs.github.io/metrics-server/
METRICS_SERVER: Final = Chart(
    repository="https://kubernetes-sigs.github.io/metrics-server/", name="metrics-server", version="3.13.1"
)
# renovate: datasource=helm depName=external-dns registryUrl=https://kubernetes-sigs.github.io/external-dns/
EXTERNAL_DNS: Final = Chart(
    repository="https://kubernetes-sigs.github.io/external-dns/", name="external-dns", version="1.21.1"
)
# renovate: datasource=helm depName=vpa registryUrl=https://charts.fairwinds.com/stable
VERTICAL_POD_AUTOSCALER: Final = Chart(
    repository="https://charts.fairwinds.com/stable", name="vpa", version="4.11.0"
)

CHARTS: Final = (
    GPU_OPERATOR,
    KARPENTER,
    KARPENTER_CRD,
    CLUSTER_AUTOSCALER,
    KEDA,
    PROMETHEUS,
    LOAD_BALANCER_CONTROLLER,
    FSX_CSI,
    METRICS_SERVER,
    EXTERNAL_DNS,
    VERTICAL_POD_AUTOSCALER,
)

# The newest release whose manifest-list digest is published in more than one public place (2026-10-10). Its wheel was
# read for every flag and series the fleet uses: --shutdown-timeout, --max-num-queued-reqs, --safetensors-load-strategy
# and vllm:kv_cache_usage_perc are there; vllm:admission_rejections_total is not yet.
# renovate: datasource=docker depName=vllm/vllm-openai
VLLM: Final = Image(
    repository="vllm/vllm-openai",
    tag="v0.31.0",
    digest="sha256:c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3",
)
# Amazon Linux with bash, coreutils and AWS CLI v2: what copying and checking weights needs, and no more.
# renovate: datasource=docker depName=public.ecr.aws/aws-cli/aws-cli
AWS_CLI: Final = Image(
    repository="public.ecr.aws/aws-cli/aws-cli",
    tag="2.31.30",
    digest="sha256:6c9314d8dd18bcfd11c509e00ea39016c4fb978e42e86df1e4dfd17038b10b78",
)

IMAGES: Final = (VLLM, AWS_CLI)

# Defaults of `aws eks describe-addon-versions --kubernetes-version 1.35`, as published on 2026-10-02.
# renovate: datasource=custom.eks-addons depName=vpc-cni
VPC_CNI: Final = EksAddon(name="vpc-cni", version="v1.22.4-eksbuild.3")
# renovate: datasource=custom.eks-addons depName=kube-proxy
KUBE_PROXY: Final = EksAddon(name="kube-proxy", version="v1.35.3-eksbuild.29")
# renovate: datasource=custom.eks-addons depName=coredns
COREDNS: Final = EksAddon(name="coredns", version="v1.13.2-eksbuild.31")
# renovate: datasource=custom.eks-addons depName=eks-pod-identity-agent
POD_IDENTITY_AGENT: Final = EksAddon(name="eks-pod-identity-agent", version="v1.3.10-eksbuild.3")
# renovate: datasource=custom.eks-addons depName=aws-ebs-csi-driver
EBS_CSI: Final = EksAddon(name="aws-ebs-csi-driver", version="v1.63.1-eksbuild.1")
# renovate: datasource=custom.eks-addons depName=aws-efs-csi-driver
EFS_CSI: Final = EksAddon(name="aws-efs-csi-driver", version="v3.4.1-eksbuild.1")
# renovate: datasource=custom.eks-addons depName=eks-node-monitoring-agent
NODE_MONITORING: Final = EksAddon(name="eks-node-monitoring-agent", version="v1.7.0-eksbuild.1")

ADDONS: Final = (
    VPC_CNI, KUBE_PROXY, COREDNS, POD_IDENTITY_AGENT, EBS_CSI, EFS_CSI, NODE_MONITORING,
)  # fmt: skip
