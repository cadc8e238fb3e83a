"""What the planner's claims rest on, measured again: constants, errors and speed; nothing here is imported by the product."""
