"""The running process and its edges; asyncio lives here and nowhere below."""
