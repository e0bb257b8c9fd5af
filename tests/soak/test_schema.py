"""Schemathesis against the server's own OpenAPI: what it answers is what it says that it answers."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from .conftest import many

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_the_server_keeps_to_its_schema(service: tuple[str, int]) -> None:
    address, _ = service
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=many(2000), deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(base_url=address, checks=CHECKS)

        holds()
