"""The fleet: facts, choices, plan, and what is built from them."""
