"""setWebhook, deleteWebhook and getWebhookInfo, with the real server's refusals."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

from sandbox.box import Box, Described
from sandbox.errors import refuse, too_many
from sandbox.model import Json
from sandbox.params import Call
from sandbox.webhook import MOST_CONNECTIONS, USUAL_CONNECTIONS, Target

TERMINATED = "Conflict: terminated by setWebhook request"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = frozenset({80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_AGAIN_SECONDS = 1.0


def set_webhook(box: Box, call: Call) -> Described:
    """Point the updates at an address. An empty one is deleteWebhook."""
    if not call.text("url"):
        return delete_webhook(box, call)
    secret = call.text("secret_token")
    if len(secret) > 256:
        raise refuse("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise refuse("secret token contains unallowed characters")
    url = call.text("url")
    _check_address(url)
    box.queue.allow_from(call)
    connections = call.integer("max_connections", USUAL_CONNECTIONS, 1, MOST_CONNECTIONS) or USUAL_CONNECTIONS
    target = Target(url, secret, connections, box.queue.allowed)
    if call.flag("drop_pending_updates"):
        box.queue.drop_all()
    if target == box.webhook.target:
        return Described(True, "Webhook is already set")
    if time.monotonic() - box.webhook.set_at < _AGAIN_SECONDS:
        raise too_many(1)
    box.queue.end_waiting(TERMINATED)
    box.webhook.point(target)
    return Described(True, "Webhook was set")


def _check_address(url: str) -> None:
    """Raises ApiError. Plain HTTP and any port are accepted for this machine, as by a server that runs with --local."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refuse("bad webhook: Wrong port number specified in the URL") from None
    if host in LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise refuse("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise refuse("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    # There is no other host in this world.
    raise refuse("bad webhook: Failed to resolve host: Name or service not known")


def delete_webhook(box: Box, call: Call) -> Described:
    """The queue is kept for getUpdates, unless it is to be dropped."""
    dropping = call.flag("drop_pending_updates")
    if dropping:
        box.queue.drop_all()
    if box.webhook.target.url:
        box.webhook.point(Target())
    elif not dropping:
        return Described(True, "Webhook is already deleted")
    return Described(True, "Webhook was deleted")


def get_webhook_info(box: Box, call: Call) -> Json:
    hook = box.webhook
    info: Json = {"url": hook.target.url, "has_custom_certificate": False, "pending_update_count": len(box.queue.pending)}
    if hook.target.url:
        info |= {"max_connections": hook.target.connections, "ip_address": "127.0.0.1"}
    if hook.error:
        info |= {"last_error_date": hook.error_at, "last_error_message": hook.error}
    if box.queue.allowed:
        info["allowed_updates"] = box.queue.allowed
    return info
