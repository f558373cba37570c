"""Requests that schemathesis generates from the contract: those it allows, and those it forbids.

The checks: no 5xx, no status, media type, header or body that the contract does not declare, and nothing
accepted that it forbids. A few of each kind for each operation; `make torture` asks more, on both databases.
"""

from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.hostile.conftest import Stage
from tests.hostile.contract import Place
from tests.serving import Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
MANY_EXAMPLES = 100
ANSWERED_BY_ITEM = frozenset({"sync_completions"})
PASSES_OVER_STRANGERS = frozenset({"create_token"})
"""RFC 6749 3.2: parameters of a token request that are not known are ignored."""


class Generator:
    """Drives a real server through every operation."""

    def __init__(self, stage: Stage, server: Server, examples: int) -> None:
        self.stage = stage
        self.server = server
        self.session = requests.Session()
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.settings = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

    def run(self, contract: dict[str, Any]) -> None:
        """Ask every operation of `contract`, which may be a part of the application's own."""
        places = self.stage.places()
        schema = schemathesis.openapi.from_dict(contract)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result.err()
            operation = result.ok()
            place = places[operation.definition.raw["operationId"]]
            self._drive(operation, place, GenerationMode.POSITIVE)
            if place.operation.get("parameters") or place.media_type:
                self._drive(operation, place, GenerationMode.NEGATIVE)

    def report(self) -> None:
        print(f"{self.statuses.total()} generated requests: {dict(sorted(self.statuses.items()))}")
        assert not self.wrong, "\n\n".join(self.wrong)

    def _drive(self, operation: APIOperation[Any, Any, Any, Any], place: Place, mode: GenerationMode) -> None:
        callers = [self.stage.headers(caller) for caller in self.stage.callers(place)]
        own = self._own(place) if mode is GenerationMode.POSITIVE else None
        checks = [*CHECKS]
        if mode is GenerationMode.NEGATIVE and place.id not in ANSWERED_BY_ITEM | PASSES_OVER_STRANGERS:
            checks.append(negative_data_rejection)
        turn = iter(range(10**9))

        @self.settings
        @given(case=operation.as_strategy(generation_mode=mode, path_parameters=own))
        def ask(case: Case[Any]) -> None:
            headers = callers[next(turn) % len(callers)]
            response = case.call(base_url=self.server.url, session=self.session, headers=headers)
            self.statuses[response.status_code] += 1
            case.validate_response(response, checks=checks)

        try:
            ask()
        except Unsatisfiable:
            # A cookie takes any text, so nothing that it forbids can be made.
            assert mode is GenerationMode.NEGATIVE, place.id
        except (Failure, FailureGroup) as failure:
            causes = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
            self.wrong += [f"{place.id} ({mode.value}): {cause}" for cause in causes]

    def _own(self, place: Place) -> dict[str, str]:
        """The ids of the caller's own object, so that more than 404 is answered."""
        parts = zip(place.path.split("/"), self.stage.aim(place).path.split("/"), strict=True)
        return {name[1:-1]: value for name, value in parts if name.startswith("{")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_generated_requests_are_answered_as_the_contract_says(stage: Stage, server: Server) -> None:
    generator = Generator(stage, server, EXAMPLES)
    generator.run(stage.app.openapi())
    generator.report()


@pytest.mark.torture
def test_many_generated_requests_are_answered_as_the_contract_says(stage: Stage, server: Server) -> None:
    generator = Generator(stage, server, MANY_EXAMPLES)
    generator.run(stage.app.openapi())
    generator.report()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contract_that_is_wrong_would_be_seen(stage: Stage, server: Server) -> None:
    """The control: one status taken away, one member of an answer made a number."""
    contract = deepcopy(stage.app.openapi())
    contract["paths"] = {
        path: contract["paths"][path] for path in ("/api/v1/me", "/api/v1/claims/{claim_id}")
    }
    del contract["paths"]["/api/v1/claims/{claim_id}"]["patch"]
    del contract["paths"]["/api/v1/claims/{claim_id}"]["get"]["responses"]["422"]
    contract["components"]["schemas"]["Me"]["properties"]["name"] = {"type": "integer"}
    generator = Generator(stage, server, EXAMPLES)
    generator.run(contract)
    wrong = "\n".join(generator.wrong)
    assert "get_me (positive): Response violates schema" in wrong
    assert "get_claim (negative): Undocumented status code" in wrong
