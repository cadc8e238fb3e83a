"""The budget: who hears, and what happens when it is spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning import labels
from components.planning.plan import FleetPlan
from components.regional.addons.alerts import subscribe
from components.regional.identity import Statement, allow, deny, policy, trust

PUBLISHERS: Final = ("budgets.amazonaws.com", "costalerts.amazonaws.com")

ALARMS: Final[Mapping[str, tuple[str, int]]] = {
    "actual-80": ("ACTUAL", 80),
    "actual-100": ("ACTUAL", 100),
    "forecast-100": ("FORECASTED", 100),
}
"""Of the monthly budget: what was or will be spent, in percent."""

LAUNCHES: Final = (
    "ec2:RunInstances",
    "ec2:CreateFleet",
    "ec2:CreateLaunchTemplate",
    "autoscaling:SetDesiredCapacity",
    "autoscaling:UpdateAutoScalingGroup",
)
"""Whatever starts a node. Stopping instances instead would only have them replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetsArgs:
    """The plan, and the roles that may launch nodes."""

    plan: FleetPlan
    scaler_role_names: Mapping[str, Input[str]]
    """By region."""


class Budgets(pulumi.ComponentResource):
    """Tells people what the fleet costs, and takes the node scalers' right to launch when the month is spent."""

    def __init__(self, name: str, args: BudgetsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:worldwide:Budgets", name, None, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        topic = self._topic()
        if args.plan.budget.activate_tags:
            self._activate_tags()
        month = self._budget("monthly", "MONTHLY", args.plan.budget.monthly_usd, topic, ALARMS)
        self._budget("daily", "DAILY", args.plan.budget.daily_usd, topic, {"actual-100": ("ACTUAL", 100)})
        self._anomalies(topic)
        self._deny_capacity(month)
        self.register_outputs({"topic_arn": topic.arn})

    def _topic(self) -> aws.sns.Topic:
        """Encrypted with a key of ours: AWS's own cannot be used by another service to publish."""
        name = self._name
        caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        owner = {"AWS": pulumi.Output.concat("arn:aws:iam::", caller.account_id, ":root")}
        services = {"Service": list(PUBLISHERS)}
        ours = {"StringEquals": {"aws:SourceAccount": caller.account_id}}
        key = aws.kms.Key(
            f"{name}-key",
            description="Budget alerts",
            enable_key_rotation=True,
            policy=policy(
                {"Principal": owner, **allow("kms:*", on="*")},
                {"Principal": services, **allow("kms:GenerateDataKey*", "kms:Decrypt", on="*", where=ours)},
            ),
            opts=self._child,
        )
        topic = aws.sns.Topic(f"{name}-topic", kms_master_key_id=key.id, opts=self._child)
        publish: Statement = {"Principal": services, **allow("sns:Publish", on=topic.arn, where=ours)}
        allowed = aws.sns.TopicPolicy(
            f"{name}-publishers", arn=topic.arn, policy=policy(publish), opts=self._child
        )
        # AWS tries whether it may publish when it is told to.
        self._told = ResourceOptions(parent=self, depends_on=[allowed])
        subscribe(name, topic, self._args.plan.budget.emails, self._child)
        return topic

    def _activate_tags(self) -> None:
        """A tag counts in budgets only once it is activated, and only from then on."""
        for tag in labels.REQUIRED_TAGS:
            aws.costexplorer.CostAllocationTag(
                f"{self._name}-tag-{tag}", tag_key=tag, status="Active", opts=self._child
            )

    def _budget(
        self,
        what: str,
        time_unit: str,
        usd: float,
        topic: aws.sns.Topic,
        alarms: Mapping[str, tuple[str, int]],
    ) -> aws.budgets.Budget:
        fleet = self._args.plan.tags["fleet"]
        return aws.budgets.Budget(
            f"{self._name}-{what}",
            name=f"{self._args.plan.name}-{what}",
            budget_type="COST",
            time_unit=time_unit,
            limit_amount=f"{usd:.2f}",
            limit_unit="USD",
            cost_filters=[
                aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:fleet${fleet}"])
            ],
            notifications=[
                aws.budgets.BudgetNotificationArgs(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_sns_topic_arns=[topic.arn],
                )
                for kind, percent in alarms.values()
            ],
            opts=self._told,
        )

    def _anomalies(self, topic: aws.sns.Topic) -> None:
        plan = self._args.plan
        monitor = aws.costexplorer.AnomalyMonitor(
            f"{self._name}-anomalies",
            name=plan.name,
            monitor_type="CUSTOM",
            monitor_specification=pulumi.Output.json_dumps(
                # As AWS gives it back, to the last null: any other spelling is a replacement at every `up`.
                {
                    **dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or")),
                    "Tags": {"Key": "fleet", "MatchOptions": None, "Values": [plan.tags["fleet"]]},
                }
            ),
            opts=self._child,
        )
        aws.costexplorer.AnomalySubscription(
            f"{self._name}-anomaly-alerts",
            name=plan.name,
            # At once, which AWS does over SNS only.
            frequency="IMMEDIATE",
            monitor_arn_lists=[monitor.arn],
            subscribers=[aws.costexplorer.AnomalySubscriptionSubscriberArgs(type="SNS", address=topic.arn)],
            threshold_expression=aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs(
                dimension=aws.costexplorer.AnomalySubscriptionThresholdExpressionDimensionArgs(
                    key="ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    match_options=["GREATER_THAN_OR_EQUAL"],
                    values=[f"{plan.budget.anomaly_usd:g}"],
                )
            ),
            opts=self._told,
        )

    def _deny_capacity(self, month: aws.budgets.Budget) -> None:
        """At the limit, a policy that forbids every launch is put on the node scalers' roles."""
        name, plan = self._name, self._args.plan
        forbidden = aws.iam.Policy(
            f"{name}-no-launches", policy=policy(deny(*LAUNCHES, on="*")), opts=self._child
        )
        acting = aws.iam.Role(
            f"{name}-acting", assume_role_policy=trust("budgets.amazonaws.com"), opts=self._child
        )
        scalers = [
            pulumi.Output.concat("arn:aws:iam::*:role/", role)
            for role in self._args.scaler_role_names.values()
        ]
        only_this = {"ArnEquals": {"iam:PolicyARN": forbidden.arn}}
        aws.iam.RolePolicy(
            f"{name}-acting-policy",
            role=acting.name,
            policy=policy(allow("iam:AttachRolePolicy", "iam:DetachRolePolicy", on=scalers, where=only_this)),
            opts=self._child,
        )
        aws.budgets.BudgetAction(
            f"{name}-deny-capacity",
            budget_name=month.name,
            action_type="APPLY_IAM_POLICY",
            approval_model="AUTOMATIC",
            notification_type="ACTUAL",
            execution_role_arn=acting.arn,
            action_threshold=aws.budgets.BudgetActionActionThresholdArgs(
                action_threshold_type="PERCENTAGE",
                action_threshold_value=plan.budget.deny_capacity_at_percent,
            ),
            definition=aws.budgets.BudgetActionDefinitionArgs(
                iam_action_definition=aws.budgets.BudgetActionDefinitionIamActionDefinitionArgs(
                    policy_arn=forbidden.arn, roles=list(self._args.scaler_role_names.values())
                )
            ),
            subscribers=[
                aws.budgets.BudgetActionSubscriberArgs(subscription_type="EMAIL", address=email)
                for email in plan.budget.emails
            ],
            opts=self._child,
        )
