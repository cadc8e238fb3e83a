"""Verdicts for CI panes: JUnit XML, one test for each policy."""

from typing import Any
from xml.etree import ElementTree

from components.planning.page.markup import writable
from components.settings.mistakes import Mistakes


def junit(stack: str, policies: list[dict[str, Any]], mistakes: Mistakes | None = None) -> str:
    """A suite of the stack: a mandatory policy that does not hold fails, an advisory one is told in its output."""
    failures = sum(1 for one in policies if one["verdict"] == "fail") + (mistakes is not None)
    suite = ElementTree.Element(
        "testsuite", name=f"policies of {stack}", tests=str(len(policies) + 1), failures=str(failures)
    )
    plan = ElementTree.SubElement(suite, "testcase", classname=f"{stack}.plan", name="stack file")
    if mistakes is not None:
        _tell(plan, "failure", mistakes.title, "\n".join(str(one) for one in mistakes.mistakes))
    for one in policies:
        case = ElementTree.SubElement(suite, "testcase", classname=f"{stack}.policies", name=one["name"])
        said = "\n".join([*one["findings"], f"remedy: {one['remedy']}"])
        if one["verdict"] == "fail":
            _tell(case, "failure", f"it does not hold that {one['assures']}", said)
        elif one["verdict"] == "warn":
            _tell(case, "system-out", "", said)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _tell(case: ElementTree.Element, tag: str, message: str, text: str) -> None:
    found = ElementTree.SubElement(case, tag, {"message": writable(message)} if message else {})
    found.text = writable(text)
