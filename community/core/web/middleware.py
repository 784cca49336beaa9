"""Middleware of every request: refuses forged writes, sets headers, measures time, and turns errors into responses."""

import hmac
import time
from urllib.parse import quote

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from community.core.errors import AppError, BadRequest, CsrfFailed, Forbidden, NotFound, Unauthenticated
from community.core.metrics import METHODS, REQUESTS, known
from community.core.permissions import Permission
from community.core.unit_of_work import Actor
from community.core.web.error_responses import error_for, problem, whole_seconds
from community.core.web.json_input import MAX_VALUES, is_storable
from community.core.web.request_context import (
    ANY_ORIGIN,
    API_PREFIX,
    CSRF_EXEMPT,
    Services,
    bearer,
    csrf_token,
    current_actor,
    endpoint_key,
    services,
)
from community.core.web.staff_access import Audited, StaffEndpoint, query_hash
from community.core.web.step_up import SecondFactorNeeded, StepUpNeeded, lacks_required_factor, require_step_up

LARGEST_BODY = 256 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)


def init_middleware(app: Flask, web_: Services) -> None:
    """Put identity, CSRF checks, headers and error responses around every endpoint."""
    app.extensions["community"] = web_
    settings = web_.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="__Host-note" if settings.is_production else "note",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_SAMESITE="Lax",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies  # Flask documents that its `wsgi_app` is wrapped so; its types forbid it
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    app.before_request(_start_clock)
    app.before_request(_refuse_unstorable)
    app.before_request(_refuse_forged_writes)
    app.before_request(_require_actor)
    app.after_request(_harden)
    app.after_request(_audit)
    app.register_error_handler(Exception, answer_error)


def answer_error(error: Exception) -> Response:
    """Return the response to an exception: problem+json under `/api/`, a page elsewhere."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect to the address with a slash
    refusal = error_for(error)
    g.is_refused = True
    if request.path.startswith("/api/"):
        said = problem(refusal)
        if refusal.shows_help:
            said["crisis_lines"] = [
                {"label": line.label, "href": line.href} for line in services().settings.crisis_lines
            ]
        response = jsonify(said)
        response.content_type = "application/problem+json"
    elif isinstance(refusal, Unauthenticated) and request.method in ("GET", "HEAD"):
        target = request.full_path.rstrip("?")
        return make_response(redirect("/sign-in" if target == "/" else "/sign-in?next=" + quote(target, safe="/")))
    elif isinstance(refusal, SecondFactorNeeded) and request.method in ("GET", "HEAD"):
        return make_response(redirect("/account/two-step"))
    elif isinstance(refusal, StepUpNeeded) and (ask := services().step_up_page) is not None:
        return make_response(ask())
    else:
        status = 404 if isinstance(refusal, Forbidden) else refusal.status
        response = make_response(_error_page(refusal, status), status)
    if response.status_code < 400:
        response.status_code = refusal.status
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = whole_seconds(refusal.retry_after)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _error_page(refusal: AppError, status: int) -> str:
    """Render the error's page; without the signed-in frame when the database cannot give it."""
    try:
        return render_template("error.html", refusal=refusal, status=status)
    except Exception as error:  # the page of last resort may not fail with whatever broke the first
        error_for(error)
        g.actor = None
        return render_template("error.html", refusal=refusal, status=status)


def _start_clock() -> None:
    g.started = time.perf_counter()


def _refuse_unstorable() -> None:
    """Refuse U+0000 in an address, a query or a form, and forms of thousands of fields. `json_input` reads JSON."""
    if "\0" in request.path:
        raise NotFound
    sent = [request.args]
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        sent.append(request.form)
    pairs = [pair for one in sent for pair in one.items(multi=True)]
    if len(pairs) > MAX_VALUES or not all(is_storable(text) for pair in pairs for text in pair):
        raise BadRequest


def _refuse_forged_writes() -> None:
    """Refuse a browser's write that another site made it send, and a cookie session's write without its token."""
    if request.method in SAFE_METHODS or bearer(request):
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, ANY_ORIGIN, False):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in ("cross-site", "same-site") or (origin and not _is_own_origin(origin)):
        raise CsrfFailed
    if getattr(view, CSRF_EXEMPT, False) or current_actor() is None:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not _same(sent, csrf_token()):
        raise CsrfFailed


def _require_actor() -> None:
    """Raise Unauthenticated for strangers at every endpoint that is not public, before anything is loaded or locked.

    A stranger's answer therefore cannot depend on an id, a body or a method: the view has not run. Raises Forbidden at
    a staff endpoint for members whose role lacks its permission and at members' endpoints for roles that do not take
    part, RateLimited beyond a member's request rate, SecondFactorNeeded for staff without the second factor that is
    required of them, and StepUpNeeded where a session has to be stepped up first.
    """
    key = endpoint_key()
    if not key or key in services().public:  # without a key there is no such address or method: it is answered as that
        return
    actor = current_actor()
    if actor is None:
        raise Unauthenticated
    rates = services().request_rates
    if rates is not None:
        rates.take(key, actor.id)
    if lacks_required_factor(actor, services().settings) and key not in services().factor_setup:
        raise SecondFactorNeeded
    endpoint = services().staff.get(key)
    if not _is_open_to(actor, key, endpoint):
        raise Forbidden
    step_up = services().step_up.get(key)
    if step_up is not None:
        require_step_up(step_up, actor, now=services().clock())
    if endpoint is not None and actor.may(endpoint.permission):
        query = query_hash(services().settings.secret_key, request.query_string)
        g.audited = Audited(endpoint, request.view_args or {}, query)


def _is_open_to(actor: Actor, key: str, endpoint: StaffEndpoint | None) -> bool:
    """Return whether an endpoint is open to the actor's role. What rows they may see is decided by `access`."""
    if endpoint is not None and (actor.may(endpoint.permission) or not endpoint.mixed):
        return actor.may(endpoint.permission)
    return actor.may(Permission.TAKE_PART) or services().is_account(key)


def _audit(response: Response) -> Response:
    if "audited" in g:
        g.audited.answered(services().store, current_actor(), response, is_refused="is_refused" in g)
    return response


def _is_own_origin(origin: str) -> bool:
    return origin in (services().settings.public_url.rstrip("/"), request.host_url.rstrip("/"))


def _same(one: str, other: str) -> bool:
    return bool(other) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")  # with no-referrer, forms say `Origin: null`
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/") and response.status_code == 200:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"  # the name tells what is in it
    if services().settings.is_production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "started" in g:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.started
        REQUESTS.labels(known(request.method, METHODS), route, str(response.status_code)).observe(seconds)
    return response
