"""Keys derived from the one configured secret, a different one for each purpose."""

import hmac
from functools import cache

from xuefen.core.settings import settings


def derived_key(purpose: str) -> bytes:
    """32 bytes for `purpose`, such as `page tokens`. Knowing one key tells nothing of another."""
    return _derived(settings().secret_key.get_secret_value(), purpose)


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"xuefen {purpose}".encode(), "sha256")
