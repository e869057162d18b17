"""The local messenger: an honest Bot API server with people to play, faults and a clock. Run it with `python -m sandbox`."""
