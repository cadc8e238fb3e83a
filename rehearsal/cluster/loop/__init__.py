"""The scaling loop closed for real: from a queue of requests to new nodes and back, faster than a day and without a GPU."""
