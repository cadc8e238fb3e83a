"""The plan as one page for a browser: no network, no script, light and dark, from a phone to a desk."""
