"""The readable API document, rendered by our own server."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from community.core.web.api_blueprint import api_document
from community.core.web.openapi import operations
from community.core.web.request_context import API_PREFIX

pages = Blueprint("api_docs", __name__)


@dataclass(frozen=True)
class Field:
    """A parameter or body field, described in text."""

    name: str
    where: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    anchor: str
    method: str
    path: str
    summary: str
    is_open: bool
    fields: tuple[Field, ...]
    request: str
    status: str
    answer: str


@pages.get("/api/docs")
def api_docs() -> str:
    """Show every operation by feature, with an example of each request and answer."""
    document = api_document()
    groups = [
        (tag["name"], tag.get("description", ""), list(_operations(document, tag["name"])))
        for tag in document.get("tags", [])
    ]
    problem = document["components"]["responses"]["Problem"]
    return render_template("api_docs.html", groups=groups, prefix=API_PREFIX, problem=_shown(_example(problem)))


def _operations(document: dict[str, Any], tag: str) -> Iterator[Operation]:
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        if tag not in operation.get("tags", []):
            continue
        status = next((status for status in operation["responses"] if status != "default"), "")
        answer = operation["responses"].get(status, {})
        body = operation.get("requestBody", {})
        yield Operation(
            anchor=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            is_open=not operation["security"],
            fields=(*_parameters(document, path, operation), *_body_fields(body, schemas)),
            request=_shown(_example(body)),
            status=status,
            answer=_shown(_example(answer)),
        )


def _parameters(document: dict[str, Any], path: str, operation: dict[str, Any]) -> Iterator[Field]:
    for parameter in [*document["paths"][path].get("parameters", []), *operation.get("parameters", [])]:
        yield Field(
            parameter["name"],
            "in the " + parameter["in"],
            _kind(parameter.get("schema", {})),
            bool(parameter.get("required")),
        )


def _body_fields(body: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Field]:
    for content in body.get("content", {}).values():
        schema = content.get("schema", {})
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        for name, field in schema.get("properties", {}).items():
            if not field.get("readOnly"):
                yield Field(name, "in the body", _kind(field), name in schema.get("required", ()))


def _kind(schema: dict[str, Any]) -> str:
    """Describe a schema briefly: `text, 2 to 32 characters`."""
    if "$ref" in schema:
        return "object"
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    parts = [" or ".join({"string": "text"}.get(kind, kind) for kind in kinds)]
    if "enum" in schema:
        parts.append("one of " + ", ".join(str(one) for one in schema["enum"] if one is not None))
    if "format" in schema:
        parts.append(schema["format"])
    least, most = schema.get("minLength", schema.get("minimum")), schema.get("maxLength", schema.get("maximum"))
    if least is not None and most is not None:
        parts.append(f"{least} to {most}")
    elif most is not None:
        parts.append(f"at most {most}")
    return ", ".join(parts)


def _example(part: dict[str, Any]) -> Any:
    for content in part.get("content", {}).values():
        if "example" in content:
            return content["example"]
        for example in content.get("examples", {}).values():
            return example.get("value")
    return None


def _shown(example: Any) -> str:
    return "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
