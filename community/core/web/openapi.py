"""OpenAPI document as it is served: our errors, how to sign in, and an example for every request and answer."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM_TYPE = "application/problem+json"
_ID = "5f0c1c1e-8a44-4c7b-9f55-2f7a1f0f6c11"
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Programs depend on `code`, people read `detail`.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "example": "about:blank"},
        "title": {"type": "string", "example": "Unprocessable Content"},
        "status": {"type": "integer", "example": 422},
        "detail": {"type": "string", "example": "Please check what you entered."},
        "code": {"type": "string", "example": "invalid"},
        "errors": {
            "type": "object",
            "description": "What to fix, by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "example": {"handle": ["Use 2 to 32 characters."]},
        },
    },
}
_PUBLIC = {
    ("post", "/session"),
    ("post", "/session/factor"),
    ("post", "/session/passkey-options"),
    ("post", "/password-resets"),
    ("put", "/password-resets/{token}"),
    ("put", "/email-changes/{token}"),
    ("delete", "/email-changes/{token}"),
    ("post", "/invitations/accept"),
    ("get", "/consent-texts"),
}
# Examples for fields of these names unless their schema has a better one.
_SAMPLES: dict[str, Any] = {
    "about": "I walk a lot and cook badly.",
    "author": {"id": _ID, "handle": "Juniper"},
    "body": "The kettle is on. Anyone else up for a while?",
    "client_msg_id": "c-20261126-1",
    "code": "en",
    "cohort": "Spring table",
    "csrf_token": "9d1f…",
    "cursor": None,
    "description": "Bring nothing but yourself.",
    "detail": "If this address is known here, a mail is on its way.",
    "email": "wren@example.org",
    "emoji": "🌱",
    "handle": "Wren",
    "kind": "open",
    "label": "Phone",
    "message": None,
    "name": "Evenings",
    "next_cursor": None,
    "note": "Both know.",
    "password": "four quiet words here",
    "reason": "This scares me.",
    "role": "alumnus",
    "room": "Evenings",
    "state": "open",
    "text": "I'm kind here. What I read here stays here.",
    "text_version": "rules-2",
    "time_zone": "America/Denver",
    "title": "Thursday table",
    "token": "Zm91ciBxdWlldCB3b3Jkcw…",
    "topic": "For when the day is done.",
    "url": "https://community.example.org/rooms",
}
_BY_FORMAT = {
    "uuid": _ID,
    "date-time": "2026-11-26T19:00:00Z",
    "date": "2026-11-26",
    "time": "19:00",
    "email": "wren@example.org",
    "password": "four quiet words here",
    "uri": "https://example.org/",
}


def finished(document: dict[str, Any], *, prefix: str) -> dict[str, Any]:
    """Return the document with what the routes cannot say of themselves. `prefix` is the path in front of the API's
    own.
    """
    document = copy.deepcopy(document)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("Error", "PaginationMetadata"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    components["responses"] = {"Problem": _problem_answer()}
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "The token that signing in answers."}
    }
    for method, path, operation in operations(document):
        own = path.removeprefix(prefix)
        operation["operationId"] = _operation_id(method, own)
        operation["security"] = [] if (method, own) in _PUBLIC else [{"bearer": []}]
        operation["responses"] = dict(_answers(operation["responses"], schemas))
        _give_request_example(operation, schemas)
    return document


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every operation: its method, its path, and its entry in the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def sample(schema: Schema, schemas: Mapping[str, Schema], *, name: str = "", depth: int = 0) -> Any:
    """Return a value that fits a schema. `name` is the name of the field."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, name=name, depth=depth)
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], schemas, name=name, depth=depth)
    if "example" in schema:
        return schema["example"]
    if schema.get("enum"):
        return schema["enum"][0]
    return _by_type(schema, schemas, name, depth)


def _by_type(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        return {key: sample(value, schemas, name=key, depth=depth + 1) for key, value in fields.items()}
    if kind == "array":
        return [sample(schema.get("items", {}), schemas, name=_singular(name), depth=depth + 1)] if depth < 6 else []
    if kind == "integer":
        return schema.get("minimum", 0) + 1
    if kind == "number":
        return 0.5
    if kind == "boolean":
        return True
    return _text(schema, name)


def _text(schema: Schema, name: str) -> Any:
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if name in _SAMPLES:
        return _SAMPLES[name]
    return name.replace("_", " ") or "text"


def _singular(name: str) -> str:
    return name.removesuffix("s")


def _answers(responses: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Iterator[tuple[str, Any]]:
    for status, answer in responses.items():
        if "$ref" in answer or status == "default":
            continue
        for content in answer.get("content", {}).values():
            if "schema" in content and "example" not in content:
                content["example"] = sample(content["schema"], schemas)
        yield status, answer
    yield "default", {"$ref": "#/components/responses/Problem"}


def _give_request_example(operation: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "example" not in content and "examples" not in content:
            content["example"] = sample(content.get("schema", {}), schemas)


def _problem_answer() -> dict[str, Any]:
    return {
        "description": "The request was refused: 400 malformed, 401 sign in first, 403 not allowed, 404 not found, "
        "409 conflicts with the current state, 410 ended, 413 too large, 422 see the fields, 429 wait.",
        "content": {
            PROBLEM_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": sample(_PROBLEM, {}),
            }
        },
    }


def _operation_id(method: str, path: str) -> str:
    return method + "_" + "_".join(part.strip("{}").replace("-", "_") for part in path.strip("/").split("/"))
