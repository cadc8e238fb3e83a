"""The whole table of seeded faults."""

from typing import Final

from tests.policies.faults import table, table_of_safety
from tests.policies.faults.seeding import Fault

FAULTS: Final[tuple[Fault, ...]] = (
    *table.CAPACITY,
    *table.SCALING,
    *table.SPOT,
    *table.COST,
    *table.PLACEMENT,
    *table_of_safety.EXPOSURE,
    *table_of_safety.SECRECY,
    *table_of_safety.IDENTITY,
    *table_of_safety.SUPPLY,
    *table_of_safety.DESTROY,
)
