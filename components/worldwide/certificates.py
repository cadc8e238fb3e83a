"""One certificate per region for the same names, proven by one DNS record."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.planning.plan import FleetPlan


class Certificates(pulumi.ComponentResource):
    """A valid certificate for every model's name in every region."""

    arns: Mapping[str, pulumi.Output[str]]
    """By region; known once valid."""

    def __init__(
        self, name: str, plan: FleetPlan, zone_id: pulumi.Input[str], opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("llmfleet:worldwide:Certificates", name, None, opts)
        child = ResourceOptions(parent=self)
        domain = plan.traffic.domain
        certificates = {
            here.region: aws.acm.Certificate(
                f"{name}-{here.region}",
                # One of the few leaves that reach across: a load balancer takes certificates of its own region only.
                region=here.region,
                domain_name=domain,
                subject_alternative_names=[f"*.{domain}"],
                validation_method="DNS",
                opts=child,
            )
            for here in plan.regions
        }
        # The proof belongs to account and name: it is the same in every region, and for the wildcard as well.
        asked = certificates[plan.home_region].domain_validation_options[0]
        proof = aws.route53.Record(
            f"{name}-proof",
            zone_id=zone_id,
            name=asked.resource_record_name,
            type=asked.resource_record_type,
            records=[asked.resource_record_value],
            ttl=300,
            opts=child,
        )
        self.arns = {
            region: aws.acm.CertificateValidation(
                f"{name}-{region}-valid",
                region=region,
                certificate_arn=certificate.arn,
                validation_record_fqdns=[proof.fqdn],
                opts=child,
            ).certificate_arn
            for region, certificate in certificates.items()
        }
        self.register_outputs({})
