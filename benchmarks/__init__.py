"""Figures to keep in sight (docs/benchmarks.md): recorded side by side in one run, never asserted by wall-clock."""
