"""Turns a second: one form of five steps, played without think time against each contender in turn."""
