"""The contract: the OpenAPI document as it is exported, committed and compared."""

import json

from fastapi import FastAPI

from xuefen.core.settings import ROOT

CONTRACT = ROOT / "openapi" / "openapi.json"


def contract_text(app: FastAPI) -> str:
    """The document of `app` in a stable form, so that a difference is a change of the contract."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
