"""Blueprints of the JSON API, and the OpenAPI document that they write together."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Request, Response, current_app, jsonify
from flask_smorest import Api, Blueprint
from marshmallow import Schema, missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import HTTPException

from community.core.schemas import UtcDateTime
from community.core.web.json_input import parse_json
from community.core.web.middleware import answer_error
from community.core.web.openapi import finished
from community.core.web.request_context import API_PREFIX

F = TypeVar("F", bound=Callable[..., Any])


class BodyParser(FlaskParser):
    """webargs' parser with our own reader of JSON, for every body of the API."""

    def _raw_load_json(self, req: Request) -> Any:
        return parse_json(req.get_data(cache=True)) if is_json_request(req) else missing


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A group of API endpoints under `/api/v1`. `arguments` and `response` check, convert and document."""

    ARGUMENTS_PARSER = BodyParser()

    def route(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an endpoint."""
        return cast(Callable[[F], F], super().route(rule, **options))

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an endpoint that only reads."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an endpoint that creates something."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an idempotent endpoint that sets something."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an endpoint that changes something."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register an idempotent endpoint that ends something."""
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(self, shape: type[Schema], **options: Any) -> Callable[[F], F]:
        """Load the body (or `location="query"`) with a schema. The view gets it first; `example` is documented."""
        return cast(Callable[[F], F], super().arguments(shape, **options))

    def response(self, status: int, shape: type[Schema] | None = None, **options: Any) -> Callable[[F], F]:
        """Respond with a status, dumped with a schema."""
        return cast(Callable[[F], F], super().response(status, shape, **options))

    def alt_response(self, status: int, shape: type[Schema], *, when: str) -> Callable[[F], F]:
        """Document another status of the view, which then returns `(answer, status)`."""
        return cast(Callable[[F], F], super().alt_response(status, schema=shape, description=when))


def api_blueprint(name: str, import_name: str, description: str) -> ApiBlueprint:
    """Return a group of API endpoints under `/api/v1`. `description` heads it in the API document."""
    return ApiBlueprint(name.capitalize(), import_name, url_prefix=API_PREFIX, description=description)


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API document, with our own errors, fields and examples.

    It is written when it is first asked for: writing takes longer than all the rest of starting a process.
    """

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.register_field(UtcDateTime, "string", "date-time")
        self._undocumented: list[ApiBlueprint] = []

    def register_blueprint(self, blueprint: ApiBlueprint) -> None:
        """Register a group of endpoints."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undocumented.append(blueprint)

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document as it is served."""
        while self._undocumented:
            blueprint = self._undocumented.pop(0)
            blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        return finished(self.spec.to_dict(), prefix=API_PREFIX)

    def _openapi_json(self) -> Response:
        return jsonify(self.document())

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Respond to werkzeug's and webargs' errors like to any other."""
        return answer_error(error)


def api_document() -> dict[str, Any]:
    """Return the OpenAPI document of the running application, as it is served."""
    api: DocumentedApi = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.document()
