"""`python -m policies.guide`: the table of rules and of their numbers in `policies/README.md`, from the rules themselves."""

from pathlib import Path
from typing import Final

from policies.config import Numbers
from policies.pack import FAMILIES, RULES
from policies.rule import GUIDE, Rule

PAGE: Final = Path(__file__).resolve().parent.parent / GUIDE
BEGIN, END = "<!-- rules: written by `python -m policies.guide` -->", "<!-- end of rules -->"


def rows(rules: tuple[Rule, ...]) -> list[str]:
    """One line a rule: name and anchor, what it assures, how it is enforced, what mends it, what tunes it."""
    written = ["| rule | assures that | level | remedy | numbers |", "|---|---|---|---|---|"]
    for rule in rules:
        level = (
            rule.level
            if rule.in_development is None
            else f"{rule.level}; {rule.in_development} in development"
        )
        numbers = ", ".join(f"`{name}`" for name in rule.numbers)
        written.append(
            f'| <a id="{rule.name}"></a>{rule.name} | {rule.assures} | {level} | {rule.remedy} | {numbers} |'
        )
    return written


def tables() -> str:
    """Everything between the two marks."""
    parts = [f"{len(RULES)} rules in {len(FAMILIES)} families."]
    for family, rules in FAMILIES.items():
        parts.append("\n".join([f"### {family}", "", *rows(rules)]))
    parts.append("\n".join(["### Numbers", "", "| number | default | meaning |", "|---|---|---|"]))
    for name, field in Numbers.model_fields.items():
        default = getattr(Numbers(), name)
        parts[-1] += f"\n| `{name}` | {default} | {' '.join((field.description or '').split())} |"
    return "\n\n".join(parts)


def page(current: str) -> str:
    """The page with its tables as they should be."""
    before, rest = current.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
