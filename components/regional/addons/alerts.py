"""Where a region's alerts go."""

import hashlib
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.planning.plan import RegionPlan


def subscribe(name: str, topic: aws.sns.Topic, emails: Sequence[str], opts: ResourceOptions) -> None:
    """One subscription per address, named by the address and not by its place in the list."""
    for email in emails:
        known_as = hashlib.sha256(email.encode()).hexdigest()[:8]
        aws.sns.TopicSubscription(
            f"{name}-email-{known_as}", topic=topic.arn, protocol="email", endpoint=email, opts=opts
        )


class AlertTopic(pulumi.ComponentResource):
    """An SNS topic that Alertmanager publishes to and people receive by e-mail."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, plan: RegionPlan, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:AlertTopic", name, None, opts)
        child = ResourceOptions(parent=self)
        # AWS's own key serves every principal of the account that may use SNS, which Alertmanager's role is.
        topic = aws.sns.Topic(f"{name}-topic", kms_master_key_id="alias/aws/sns", opts=child)
        subscribe(name, topic, plan.alert_emails, child)
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})
