"""A POST that creates takes an id made by the client, so that a retry does not make a second row.

Same id and same body: the resource as it stands (200). Same id, other body: `DifferentBody` (409). What
was sent is known by its hash, because the row itself may have been edited since.
"""

import hashlib

from pydantic import BaseModel

from xuefen.core.errors import Conflict


class DifferentBody(Conflict):
    code, title = "id_used", "这个编号已用于另一项内容，请刷新后重试"


def request_hash(body: BaseModel) -> str:
    """SHA-256 of a checked request, the same for every spelling of the same values."""
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()


def require_same(stored_hash: str, body: BaseModel) -> None:
    if stored_hash != request_hash(body):
        raise DifferentBody
