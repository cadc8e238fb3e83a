"""Model servers: one vLLM Deployment per model and everything that belongs to it."""
