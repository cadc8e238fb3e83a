"""Nothing runs that was not chosen: images by digest, charts and node images by version."""

from collections.abc import Iterator, Sequence

from components.catalog import compatibility, versions
from policies.pools import GROUP
from policies.reading import asked_cluster, containers, whole
from policies.rule import Finding, Resource, Rule, at, items, of_type, pod_spec

RELEASE = "kubernetes:helm.sh/v3:Release"


def images_are_pinned(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    known = {image.reference for image in versions.IMAGES}
    for container in containers(pod):
        image = str(at(container, "image"))
        if "@sha256:" not in image:
            yield f"runs {image}, which can change overnight; pin it by digest"
        elif image not in known:
            yield f"runs {image}, which is not pinned in catalog/versions.py"


def charts_are_pinned(resource: Resource) -> Iterator[str]:
    if resource.type != RELEASE:
        return
    asked = (str(at(resource.inputs, "chart")), str(at(resource.inputs, "version")))
    known = {(chart.reference, chart.version): chart for chart in versions.CHARTS}
    chart = known.get(asked)
    if chart is None:
        yield f"installs chart {asked[0]} {asked[1]}, which is not pinned in catalog/versions.py"
    elif not chart.oci and at(resource.inputs, "repositoryOpts", "repo") != chart.repository:
        yield f"installs chart {chart.name} from {at(resource.inputs, 'repositoryOpts', 'repo')}, not from {chart.repository}"


def node_images_are_dated(resource: Resource) -> Iterator[str]:
    if resource.kind == "EC2NodeClass":
        for term in items(resource.inputs, "spec", "amiSelectorTerms"):
            if "latest" in str(at(term, "alias")):
                yield f"boots {at(term, 'alias')}: every node is replaced whenever AWS releases an image"
            elif at(term, "alias") != versions.NODE_ALIAS:
                yield f"boots {at(term, 'alias')}, which is not the image pinned in catalog/versions.py"
    if resource.type == GROUP:
        release = at(resource.inputs, "releaseVersion")
        if not release:
            yield "boots whatever image is newest; state release_version"
        elif release != versions.NODE_RELEASE:
            yield f"boots {release}, which is not the image pinned in catalog/versions.py"


def addons_are_pinned(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:eks/addon:Addon":
        return
    asked = (at(resource.inputs, "addonName"), at(resource.inputs, "addonVersion"))
    if not asked[1]:
        yield "installs whatever version AWS prefers today; state addon_version"
    elif asked not in {(addon.name, addon.version) for addon in versions.ADDONS}:
        yield f"installs {asked[0]} {asked[1]}, which is not pinned in catalog/versions.py"


def kubernetes_is_supported(resources: Sequence[Resource]) -> Iterator[Finding]:
    """One version for control planes and nodes: one that the node image, and every chart that says so, knows."""
    charts = {str(at(one.inputs, "name")) for one in of_type(resources, RELEASE)}
    first, last = compatibility.SUPPORTED
    for one in [*filter(asked_cluster, resources), *of_type(resources, GROUP)]:
        version = str(at(one.inputs, "version"))
        minor = compatibility.minor(version)
        if minor is None or not first <= minor <= last:
            yield Finding(
                resource=one.name,
                sentence=f"runs Kubernetes {version}; nodes are built for 1.{first} to 1.{last}",
            )
            continue
        if version != versions.KUBERNETES:
            yield Finding(
                resource=one.name,
                sentence=f"runs Kubernetes {version}; the fleet is at {versions.KUBERNETES}",
            )
        for chart in sorted(charts & set(compatibility.TESTED)):
            known = compatibility.TESTED[chart]
            if not known[0] <= minor <= known[1]:
                yield Finding(
                    resource=one.name,
                    sentence=f"runs Kubernetes {version}; {chart} was tested with 1.{known[0]} to 1.{known[1]}",
                )


def support_is_not_extended(resource: Resource) -> Iterator[str]:
    """Extended support costs six times the control plane, from the day standard support ends."""
    if (
        resource.type == "eks:index:Cluster"
        and at(resource.inputs, "upgradePolicy", "supportType") != "STANDARD"
    ):
        yield "slides into extended support, at six times the price; set upgrade_policy to STANDARD"


def releases_fail_whole(resource: Resource) -> Iterator[str]:
    """A release that fails half-way is rolled back, so that the next `up` finds what it expects."""
    if resource.type != RELEASE:
        return
    if at(resource.inputs, "atomic") is not True:
        yield "leaves half of itself behind when it fails; set atomic"
    if not at(resource.inputs, "name"):
        yield "has a name made up by Pulumi, which its Services would change with; set name"
    if not whole(at(resource.inputs, "maxHistory")):
        yield "keeps a Secret for every release it ever had; set max_history"


RULES = (
    Rule(
        name="images-are-pinned",
        assures="every image we name is pinned by digest in catalog/versions.py",
        remedy="add the image with its digest to catalog/versions.py",
        resource=images_are_pinned,
    ),
    Rule(
        name="charts-are-pinned",
        assures="every chart is one of catalog/versions.py, at its version",
        remedy="add the chart to catalog/versions.py",
        resource=charts_are_pinned,
    ),
    Rule(
        name="node-images-are-dated",
        assures="nodes change only when the image in catalog/versions.py does",
        remedy="use NODE_ALIAS and NODE_RELEASE of catalog/versions.py",
        resource=node_images_are_dated,
    ),
    Rule(
        name="addons-are-pinned",
        assures="every add-on that EKS manages is one of catalog/versions.py, at its version",
        remedy="add the add-on to catalog/versions.py",
        resource=addons_are_pinned,
    ),
    Rule(
        name="kubernetes-is-supported",
        assures="control planes, nodes and charts are of versions that were made for each other",
        remedy="set KUBERNETES and NODE_RELEASE of catalog/versions.py together",
        stack=kubernetes_is_supported,
    ),
    Rule(
        name="support-is-not-extended",
        assures="no control plane slides into extended support and its price",
        remedy="set upgrade_policy to STANDARD",
        resource=support_is_not_extended,
    ),
    Rule(
        name="releases-fail-whole",
        assures="a chart that fails to install or upgrade is rolled back",
        remedy="set atomic, name and max_history on the release",
        resource=releases_fail_whole,
    ),
)
