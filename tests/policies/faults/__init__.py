"""Single mutations of the good stacks, each with the rule that must refuse it."""
