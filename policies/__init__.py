"""What we refuse: rules over everything a stack would build."""
