"""The use cases: one event, one transaction. Plain functions over a synchronous Session; no I/O but SQL."""
