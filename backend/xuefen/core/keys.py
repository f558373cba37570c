"""Keys derived from the one configured secret, a different one for each purpose."""

import hashlib
import hmac

from xuefen.core.settings import settings


def derived_key(purpose: str) -> bytes:
    """32 bytes for `purpose`, such as `page tokens`. Knowing one key tells nothing of another."""
    secret = settings().secret_key.get_secret_value().encode()
    return hmac.new(secret, f"xuefen {purpose}".encode(), hashlib.sha256).digest()
