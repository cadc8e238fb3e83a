"""The web firewall in front of one region."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.planning.plan import RegionPlan

MANAGED: Final[Mapping[str, tuple[str, ...]]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (
        "Log4JRCE_BODY",
        "JavaDeserializationRCE_BODY",
        "ReactJSRCE_BODY",
    ),
}
"""AWS's rule sets, and which of their rules only count: a prompt that quotes an exploit is a prompt. Headers, paths and
query strings, where no prompt stands, are still refused. Names as several public configurations override them, 2026-11."""

Seen = TypeVar("Seen")


class Firewall(pulumi.ComponentResource):
    """Answers 403 to an address that asks too often, or is known for abuse, and logs what it refused."""

    def __init__(
        self, name: str, plan: RegionPlan, load_balancer_arn: Input[str], opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("llmfleet:regional:Firewall", name, None, opts)
        child = ResourceOptions(parent=self)
        # Not AWS's core rule set: it refuses bodies above 8 KiB, and a prompt is longer.
        acl = aws.wafv2.WebAcl(
            f"{name}-acl",
            scope="REGIONAL",
            default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
            rules=[
                _rate(plan.requests_per_five_minutes),
                *(_managed(rules, priority) for priority, rules in enumerate(MANAGED, 1)),
            ],
            visibility_config=_seen("entrance", aws.wafv2.WebAclVisibilityConfigArgs),
            opts=child,
        )
        aws.wafv2.WebAclAssociation(
            f"{name}-association", resource_arn=load_balancer_arn, web_acl_arn=acl.arn, opts=child
        )
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            # AWS accepts no other beginning.
            name=f"aws-waf-logs-{plan.cluster_name}",
            retention_in_days=plan.log_days,
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            f"{name}-logging",
            resource_arn=acl.arn,
            log_destination_configs=[logs.arn],
            redacted_fields=_redacted(),
            logging_filter=_only_refusals(),
            opts=child,
        )
        self.register_outputs({})


def _seen(metric: str, args: Callable[..., Seen]) -> Seen:
    return args(cloudwatch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=False)


def _rate(requests: int) -> aws.wafv2.WebAclRuleArgs:
    return aws.wafv2.WebAclRuleArgs(
        name="rate",
        priority=0,
        action=aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
                limit=requests, aggregate_key_type="IP", evaluation_window_sec=300
            )
        ),
        visibility_config=_seen("rate", aws.wafv2.WebAclRuleVisibilityConfigArgs),
    )


def _managed(rules: str, priority: int) -> aws.wafv2.WebAclRuleArgs:
    statement = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
        name=rules, vendor_name="AWS", rule_action_overrides=[_counted(rule) for rule in MANAGED[rules]]
    )
    return aws.wafv2.WebAclRuleArgs(
        name=rules,
        priority=priority,
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(
            none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()
        ),
        statement=aws.wafv2.WebAclRuleStatementArgs(managed_rule_group_statement=statement),
        visibility_config=_seen(rules, aws.wafv2.WebAclRuleVisibilityConfigArgs),
    )


def _counted(
    rule: str,
) -> aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs:
    override = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs
    use = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs
    count = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs
    return override(name=rule, action_to_use=use(count=count()))


def _redacted() -> Sequence[aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs]:
    """The clients' key never reaches a log."""
    header = aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name="authorization")
    return [aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(single_header=header)]


def _only_refusals() -> aws.wafv2.WebAclLoggingConfigurationLoggingFilterArgs:
    blocked = aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs(
        action_condition=(
            aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs(
                action="BLOCK"
            )
        )
    )
    keep = aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs(
        behavior="KEEP", requirement="MEETS_ANY", conditions=[blocked]
    )
    return aws.wafv2.WebAclLoggingConfigurationLoggingFilterArgs(default_behavior="DROP", filters=[keep])
