"""`python -m tests.policies.faults`: how many seeded faults of dev and prod the rules refuse."""

import sys

from components.settings import stackfile
from policies.pack import FAMILIES
from rehearsal.judgement import resources
from rehearsal.recorder import rehearse
from tests.policies.faults.seeding import mutations, refused
from tests.policies.faults.totals import FAULTS


def main() -> int:
    good = {stack: resources(rehearse(stackfile.read(stack))) for stack in ("dev", "prod")}
    missed, planted_in_all = [], 0
    print(f"{'family':<20}{'rules':>6}{'faults':>8}{'planted':>9}{'refused':>9}")
    for family, rules in FAMILIES.items():
        rows = [fault for fault in FAULTS if fault.rule in {rule.name for rule in rules}]
        planted = [(row, one) for row in rows for stack in row.stacks for one in mutations(row, good[stack])]
        escaped = [f"{row} escapes in {one.name}" for row, one in planted if not refused(row, one)]
        print(f"{family:<20}{len(rules):>6}{len(rows):>8}{len(planted):>9}{len(planted) - len(escaped):>9}")
        missed.extend(escaped)
        planted_in_all += len(planted)
    print(
        f"{planted_in_all - len(missed)} of {planted_in_all} seeded faults are refused by the rule they name"
    )
    for one in missed:
        print(f"  {one}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
