"""JSON endpoint of stepping up, and what the page of it shares."""

from typing import Any

from flask import Response, g, jsonify

from community.core.errors import Unauthenticated
from community.core.web.request_context import csrf_token_for, current_actor, services
from community.members.actions import step_up
from community.members.actions.sign_in import SignedIn
from community.members.api import api
from community.members.api.passkeys import required_site
from community.members.api.responses import caller, with_cookies
from community.members.schemas.sessions import SteppedUpSchema, StepUpSchema


@api.post("/session/step-up")
@api.arguments(StepUpSchema, example={"password": "four quiet words here"})
@api.response(200, SteppedUpSchema)
def post_step_up(given: dict[str, Any]) -> Response:
    """Confirm that it's me: with a code or a passkey if I have one, else with my password.

    The session gets a new token, and the old one ends.
    For ten minutes it may then do what answers 403 `step_up_needed` otherwise.
    """
    signed_in = step_up_session(**given)
    response = jsonify(token=signed_in.token, csrf_token=csrf_token_for(signed_in.token))
    return with_cookies(response, signed_in) if g.by_cookie else response


def step_up_session(**given: Any) -> SignedIn:
    """Step up the session of the request. Raises what `actions.step_up.step_up` raises."""
    actor = current_actor()
    if actor is None:
        raise Unauthenticated
    moves, site = services().on_renewal, required_site() if "assertion" in given else None
    return step_up.step_up(services().store, actor, **given, caller=caller(), moves=moves, site=site)
