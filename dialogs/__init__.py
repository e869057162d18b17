"""The dialogs of the service, all on one page."""
