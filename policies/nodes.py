"""GPU nodes that boot the right image, hold what is put on them, and let the drivers' pods in."""

from collections.abc import Iterator, Sequence

from components.catalog import regions
from components.planning import labels
from policies.pools import GROUP, family_and_capacity, instance_types
from policies.reading import gib, whole
from policies.rule import Finding, Resource, Rule, at, items, of_kind, of_type


def csi_taints_are_startup_taints(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    for taint in items(resource.inputs, "spec", "template", "spec", "taints"):
        if str(at(taint, "key")).endswith("/agent-not-ready"):
            yield f"declares {at(taint, 'key')} under taints: Karpenter would add nodes without end; use startupTaints"


def gpu_nodes_keep_others_away(resource: Resource) -> Iterator[str]:
    """Without the taint any pod may fill a node whose GPUs are paid for."""
    if family_and_capacity(resource) is None or not (resource.kind == "NodePool" or resource.type == GROUP):
        return
    path = ("spec", "template", "spec", "taints") if resource.kind == "NodePool" else ("taints",)
    family, _ = family_and_capacity(resource) or ("", "")
    held = {at(one, "key"): at(one, "value") for one in items(resource.inputs, *path)}
    if labels.GPU not in held:
        yield f"lets every pod onto its GPUs; taint its nodes with {labels.GPU}"
    if held.get(labels.FAMILY) != family:
        yield f"labels its nodes {family} but keeps them for {held.get(labels.FAMILY)}; taint and label must agree"


def gpu_nodes_boot_nvidia_images(resource: Resource) -> Iterator[str]:
    if resource.type == GROUP and family_and_capacity(resource):
        image = str(at(resource.inputs, "amiType"))
        if "NVIDIA" not in image:
            yield f"boots {image} on GPU nodes, which brings no driver; use AL2023_x86_64_NVIDIA"
    if resource.kind == "EC2NodeClass":
        terms = items(resource.inputs, "spec", "amiSelectorTerms")
        if not any(str(at(one, "alias")).startswith("al2023@") for one in terms):
            yield "does not select its image by the alias al2023@..., by which Karpenter finds the one with drivers"


def gpu_nodes_have_room(resource: Resource, *, least_root_volume_gib: int) -> Iterator[str]:
    """The vLLM image unpacks to some 25 GiB, and kubelet evicts at 85 %; Karpenter's own default is 20 GiB."""
    if resource.kind != "EC2NodeClass":
        return
    devices = items(resource.inputs, "spec", "blockDeviceMappings")
    sizes = [gib(at(one, "ebs", "volumeSize")) for one in devices]
    if max(sizes, default=20) < least_root_volume_gib:
        yield f"gives its nodes {max(sizes, default=20):g} GiB; images and caches ask for {least_root_volume_gib}"


def nodes_mend_themselves(resource: Resource) -> Iterator[str]:
    if resource.type != GROUP:
        return
    if at(resource.inputs, "nodeRepairConfig", "enabled") is not True:
        yield "keeps nodes whose GPU has failed; enable node_repair_config"
    if family_and_capacity(resource) and at(resource.inputs, "updateConfig", "updateStrategy") != "MINIMAL":
        yield "starts a spare GPU node for every update, which may not be for sale; use the MINIMAL strategy"


def pools_start_where_types_are_sold(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool" or resource.region is None:
        return
    stated = items(resource.inputs, "spec", "template", "spec", "requirements")
    zones = {
        str(value)
        for one in stated
        if at(one, "key") == "topology.k8s.aws/zone-id"
        for value in items(one, "values")
    }
    types = instance_types(resource)
    if not types:
        yield "states no instance types: Karpenter would choose among all that EC2 sells"
    for chosen in types:
        sold = set(regions.offered_zones(chosen, resource.region))
        if not sold:
            yield f"starts {chosen}, which {resource.region} does not offer"
        elif zones and not zones & sold:
            yield f"starts {chosen} in {', '.join(sorted(zones))}, none of which offers it"


def managed_groups_start_where_types_are_sold(resource: Resource) -> Iterator[str]:
    if resource.type != GROUP or family_and_capacity(resource) is None or resource.region is None:
        return
    for chosen in instance_types(resource):
        if not regions.offered(chosen, resource.region):
            yield f"starts {chosen}, which {resource.region} does not offer"
    size = [
        whole(at(resource.inputs, "scalingConfig", key)) or 0 for key in ("minSize", "desiredSize", "maxSize")
    ]
    if size != sorted(size):
        yield f"keeps {size[0]}, wants {size[1]} and allows {size[2]} nodes"


def drivers_reach_gpu_nodes(resources: Sequence[Resource]) -> Iterator[Finding]:
    """The chart's own tolerations are replaced by what is set: a taint left out and no node ever offers its GPUs."""
    taints = {
        str(at(taint, "key"))
        for pool in of_kind(resources, "NodePool")
        for taint in items(pool.inputs, "spec", "template", "spec", "taints")
    }
    for release in of_type(resources, "kubernetes:helm.sh/v3:Release"):
        if at(release.inputs, "chart") != "gpu-operator":
            continue
        values = at(release.inputs, "values")
        for part, path in (
            ("its daemon sets", ("daemonsets", "tolerations")),
            ("feature discovery", ("node-feature-discovery", "worker", "tolerations")),
        ):
            tolerated = items(values, *path)
            keys = {at(one, "key") for one in tolerated}
            if not any(at(one, "operator") == "Exists" and at(one, "key") is None for one in tolerated):
                for taint in sorted(taints - keys):
                    yield Finding(resource=release.name, sentence=f"does not let {part} tolerate {taint}")
        for part in ("driver", "toolkit"):
            if at(values, part, "enabled") is not False:
                yield Finding(
                    resource=release.name, sentence=f"installs a {part}, which the node image has already"
                )
        if at(values, "devicePlugin", "enabled") is not True:
            yield Finding(
                resource=release.name, sentence="runs no device plugin: no node would offer its GPUs"
            )


RULES = (
    Rule(
        name="csi-taints-are-startup-taints",
        assures="taints that a storage driver removes by itself never multiply nodes",
        remedy="move agent-not-ready taints to startupTaints",
        resource=csi_taints_are_startup_taints,
    ),
    Rule(
        name="gpu-nodes-keep-others-away",
        assures="only model servers of its own family run on a GPU node",
        remedy="keep both taints of the pool, with the family as the value of the second",
        resource=gpu_nodes_keep_others_away,
    ),
    Rule(
        name="gpu-nodes-boot-nvidia-images",
        assures="every GPU node boots an image that has NVIDIA's driver",
        remedy="use amiType AL2023_x86_64_NVIDIA, or the alias al2023@<date>",
        resource=gpu_nodes_boot_nvidia_images,
    ),
    Rule(
        name="gpu-nodes-have-room",
        assures="the root volume of an elastic GPU node holds the images and caches put on it",
        remedy="set volumeSize of the EC2NodeClass to planning.limits.ROOT_VOLUME_GIB",
        numbers=("least_root_volume_gib",),
        resource=gpu_nodes_have_room,
    ),
    Rule(
        name="nodes-mend-themselves",
        assures="a node with a failed GPU is replaced, and an update asks for no spare one",
        remedy="set node_repair_config, and MINIMAL as the update strategy of GPU groups",
        in_development="advisory",
        resource=nodes_mend_themselves,
    ),
    Rule(
        name="pools-start-where-types-are-sold",
        assures="every elastic pool names its instance types, and zones that offer them",
        remedy="choose zones and types together; `python -m components.planning` says which are offered",
        resource=pools_start_where_types_are_sold,
    ),
    Rule(
        name="groups-start-where-types-are-sold",
        assures="every managed GPU group can start what it is to start, between its least and its most",
        remedy="choose an instance type that the region offers",
        resource=managed_groups_start_where_types_are_sold,
    ),
    Rule(
        name="drivers-reach-gpu-nodes",
        assures="the GPU operator's pods run on every GPU node, and bring no second driver",
        remedy="tolerate the pools' taints in daemonsets and in feature discovery; disable driver and toolkit",
        stack=drivers_reach_gpu_nodes,
    ),
)
