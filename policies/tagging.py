"""Everything that costs money says whose it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.planning import labels
from policies.reading import default_tags
from policies.rule import Resource, Rule, at, items


def _missing(tags: Any) -> list[str]:
    held = tags if isinstance(tags, Mapping) else {}
    return [key for key in labels.REQUIRED_TAGS if not held.get(key)]


def providers_tag_everything(resource: Resource) -> Iterator[str]:
    if resource.type != "pulumi:providers:aws":
        return
    if absent := _missing(default_tags(resource)):
        yield f"tags nothing with {', '.join(absent)}; add them to default_tags"


def nodes_are_tagged(resource: Resource) -> Iterator[str]:
    """The provider's default tags do not reach what a launch template or Karpenter starts."""
    if resource.kind == "EC2NodeClass" and (absent := _missing(at(resource.inputs, "spec", "tags"))):
        yield f"starts nodes without the tags {', '.join(absent)}"
    if resource.type == "aws:ec2/launchTemplate:LaunchTemplate":
        specifications = items(resource.inputs, "tagSpecifications")
        tagged = {at(one, "resourceType") for one in specifications if not _missing(at(one, "tags"))}
        for kind in ("instance", "volume"):
            if kind not in tagged:
                yield f"starts nodes whose {kind} lacks {', '.join(labels.REQUIRED_TAGS)}"


RULES = (
    Rule(
        name="providers-tag-everything",
        assures="every AWS provider tags all it makes with fleet, environment, owner and cost center",
        remedy="give the provider the plan's tags as default_tags",
        resource=providers_tag_everything,
    ),
    Rule(
        name="nodes-are-tagged",
        assures="every node and its disks carry the same tags, whoever started them",
        remedy="repeat the plan's tags in launch templates and the EC2NodeClass",
        resource=nodes_are_tagged,
    ),
)
