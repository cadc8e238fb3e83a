"""Where a region's alerts go."""

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.planning.plan import RegionPlan


class AlertTopic(pulumi.ComponentResource):
    """An SNS topic that Alertmanager publishes to and people receive by e-mail."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, plan: RegionPlan, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:AlertTopic", name, None, opts)
        child = ResourceOptions(parent=self)
        # AWS's own key serves every principal of the account that may use SNS, which Alertmanager's role is.
        topic = aws.sns.Topic(f"{name}-topic", kms_master_key_id="alias/aws/sns", opts=child)
        for position, email in enumerate(sorted(plan.alert_emails)):
            aws.sns.TopicSubscription(
                f"{name}-email-{position}", topic=topic.arn, protocol="email", endpoint=email, opts=child
            )
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})
