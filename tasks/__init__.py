"""Prefect tasks: each loads, calls the core, saves, and returns a small receipt. One task per retryable unit of I/O."""
