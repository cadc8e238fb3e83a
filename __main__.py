"""The whole stack, in the order it is built."""

import pulumi
import pulumi_aws as aws
from pulumi import InvokeOutputOptions, ResourceOptions

from components.planning.fleet import plan_fleet
from components.regional.region import Region, RegionArgs
from components.settings.load import load
from components.worldwide.budgets import Budgets, BudgetsArgs
from components.worldwide.certificates import Certificates
from components.worldwide.traffic import GlobalTraffic, TrafficArgs
from components.worldwide.weights import WeightOrigin, WeightOriginArgs

plan, secrets = load(plan_fleet)
tags = aws.ProviderDefaultTagsArgs(tags=dict(plan.tags))
aws_home = aws.Provider("home", region=plan.home_region, default_tags=tags)
home = ResourceOptions(providers=[aws_home])
zone = aws.route53.get_zone_output(name=plan.traffic.hosted_zone, opts=InvokeOutputOptions(provider=aws_home))

certificates = Certificates("certificates", plan, zone.zone_id, home)
regions = {
    here.region: Region(
        here.region,
        RegionArgs(plan=here, certificate_arn=certificates.arns[here.region], api_key=secrets.api_key),
    )
    for here in plan.regions
}
weights = WeightOriginArgs(
    plan=plan,
    home=next(here for here in plan.regions if here.home),
    copies={name: region.store for name, region in regions.items()},
    ready=regions[plan.home_region].weights.ready,
    hugging_face_token=secrets.hugging_face_token,
)
WeightOrigin("weights", weights, regions[plan.home_region].inside)
entrances = {name: region.entrance for name, region in regions.items()}
traffic = GlobalTraffic("traffic", TrafficArgs(plan=plan, zone_id=zone.zone_id, entrances=entrances), home)
scalers = {name: region.scaler_role_name for name, region in regions.items()}
Budgets("budgets", BudgetsArgs(plan=plan, scaler_role_names=scalers), home)

pulumi.export("endpoints", dict(traffic.endpoints))
pulumi.export(
    "usd_per_month",
    {"expected": round(plan.usd_per_month.expected), "ceiling": round(plan.usd_per_month.ceiling)},
)
