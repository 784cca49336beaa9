"""The API document: valid, whole, with an example of every request and answer, and readable without scripts."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from community.core.web.openapi import METHODS, operations, sample
from community.core.web.request_context import API_PREFIX


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as it is served."""
    answer = client.get(f"{API_PREFIX}/openapi.json")
    assert answer.content_type == "application/json"
    served: dict[str, Any] = answer.json
    return served


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_api_route_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    told = {(method.upper(), path) for method, path, _ in operations(document)}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(API_PREFIX) or rule.endpoint == "api-docs.openapi_json":
            continue
        path = "/".join(
            "{" + part[1:-1].split(":")[-1] + "}" if part[:1] == "<" else part for part in rule.rule.split("/")
        )
        for method in (rule.methods or set()) & {one.upper() for one in METHODS}:
            assert (method, path) in told


def test_every_operation_has_a_summary_and_examples_that_fit(document: dict[str, Any]) -> None:
    seen = set()
    for method, path, operation in operations(document):
        assert operation.get("summary"), f"{method} {path} says nothing of itself"
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        parts = [*operation["responses"].values(), operation.get("requestBody", {})]
        for content in (content for part in parts for content in part.get("content", {}).values()):
            assert "example" in content, f"{method} {path} has no example"
            schema = {**content["schema"], "components": document["components"]}
            problems = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
            assert not problems, f"{method} {path}: {problems}"


def test_errors_are_told_as_problems(document: dict[str, Any]) -> None:
    assert "application/problem+json" in document["components"]["responses"]["Problem"]["content"]
    for _, _, operation in operations(document):
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}


def test_signing_in_needs_no_signing_in(document: dict[str, Any]) -> None:
    assert document["paths"][f"{API_PREFIX}/session"]["post"]["security"] == []
    assert document["paths"][f"{API_PREFIX}/session"]["delete"]["security"] == [{"bearer": []}]


def test_samples_fit_their_schemas() -> None:
    schemas = {"Wren": {"type": "object", "properties": {"handle": {"type": ["string", "null"]}}}}
    reference = {"$ref": "#/components/schemas/Wren"}
    assert sample({"type": "array", "items": reference}, schemas) == [{"handle": "Wren"}]
    assert sample({"enum": ["going", "maybe"]}, schemas) == "going"
    assert sample({"type": "string", "format": "date-time"}, schemas).endswith("Z")


def test_the_readable_page_shows_every_operation(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    for method, path, operation in operations(document):
        assert f"{method.upper()} {path}" in page.text
        assert f'id="{operation["operationId"]}"' in page.text
    assert "<style" not in page.text
    assert " style=" not in page.text
