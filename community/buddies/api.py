"""Buddies' doors for programs."""

from typing import Any
from uuid import UUID

from community.buddies import actions, overview, pairing, queries, runs, suggesting
from community.buddies import schemas as shapes
from community.core.schemas import PageArgs
from community.core.web import api_blueprint, current_actor, reading, unit_of_work, web

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")

PROFILE = {
    "role": "peer",
    "capacity": 1,
    "pathways": ["secular"],
    "languages": ["English"],
    "interests": ["walking", "cooking"],
    "availability": [{"weekday": 1, "from": "18:00", "to": "21:00"}],
    "prefers": {"interests": ["walking"]},
    "excludes": {"genders": []},
    "about": "I walk a lot and I am better at listening than at advice.",
}


@api.get("/buddy-profile")
@api.response(200, shapes.BuddyProfileSchema)
def get_profile() -> queries.ProfileView:
    """What I look for; 404 until I have said."""
    with reading() as look:
        return queries.my_profile(look, sealer=web().sealer)


@api.put("/buddy-profile")
@api.arguments(shapes.SaveProfileSchema, example=PROFILE)
@api.response(200, shapes.BuddyProfileSchema)
def put_profile(profile: dict[str, Any]) -> queries.ProfileView:
    """Say what I look for. Mentors are matched once a coordinator has approved."""
    with unit_of_work() as uow:
        actions.save_profile(uow, changes=profile, sealer=web().sealer)
        return queries.my_profile(uow, sealer=web().sealer)


@api.put("/buddy-profile/pause")
@api.arguments(shapes.PauseSchema, example={"until": "2027-01-10T08:00:00Z"})
@api.response(200, shapes.BuddyProfileSchema)
def put_pause(pause: dict[str, Any]) -> queries.ProfileView:
    """No new suggestions for me, until a time or until I take it back. My buddies stay."""
    with unit_of_work() as uow:
        actions.pause(uow, **pause)
        return queries.my_profile(uow, sealer=web().sealer)


@api.delete("/buddy-profile/pause")
@api.response(200, shapes.BuddyProfileSchema)
def delete_pause() -> queries.ProfileView:
    """Suggestions are welcome again."""
    with unit_of_work() as uow:
        actions.resume(uow)
        return queries.my_profile(uow, sealer=web().sealer)


@api.get("/mentors")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.MentorPage)
def get_mentors(page: dict[str, Any]) -> Any:
    """Who wants to be a mentor (coordinators), approved or not."""
    with reading() as look:
        return overview.mentors(look, **page)


@api.put("/members/<uuid:member_id>/mentor-approval")
@api.response(204)
def put_approval(member_id: UUID) -> None:
    """Say that a member may be matched as a mentor (coordinators)."""
    with unit_of_work() as uow:
        actions.approve_mentor(uow, member_id=member_id)


@api.delete("/members/<uuid:member_id>/mentor-approval")
@api.response(204)
def delete_approval(member_id: UUID) -> None:
    """Take it back (coordinators). Pairings stay."""
    with unit_of_work() as uow:
        actions.take_back_approval(uow, member_id=member_id)


@api.post("/match-runs")
@api.arguments(shapes.NewRunSchema, example={"dry_run": True, "seed": 7})
@api.response(201, shapes.RunSchema)
@api.or_else(202, shapes.RunSchema, when="Not done yet: look at GET /match-runs/{id}")
def post_run(wanted: dict[str, Any]) -> Any:
    """Find the best pairs (coordinators). 201 when it is done within ten seconds, else 202."""
    run_id, is_done = runs.start_and_wait(web().store, current_actor(), **wanted)
    with reading() as look:
        return overview.run(look, run_id), 201 if is_done else 202


@api.get("/match-runs")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.RunPage)
def get_runs(page: dict[str, Any]) -> Any:
    """Match runs (coordinators), newest first."""
    with reading() as look:
        return overview.runs(look, **page)


@api.get("/match-runs/<uuid:run_id>")
@api.response(200, shapes.RunSchema)
def get_run(run_id: UUID) -> overview.RunView:
    """One match run (coordinators)."""
    with reading() as look:
        return overview.run(look, run_id)


@api.get("/buddy-suggestions")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.SuggestionPage)
def get_suggestions(page: dict[str, Any]) -> Any:
    """Who was suggested to me, newest first."""
    with reading() as look:
        return queries.my_suggestions(look, sealer=web().sealer, **page)


@api.post("/buddy-suggestions/<uuid:suggestion_id>/accept")
@api.response(200, shapes.AnsweredSchema)
def post_accept(suggestion_id: UUID) -> dict[str, str]:
    """Say yes. The other learns of it only if they say yes too."""
    with unit_of_work() as uow:
        return {"state": suggesting.accept(uow, suggestion_id=suggestion_id)}


@api.post("/buddy-suggestions/<uuid:suggestion_id>/decline")
@api.response(200, shapes.AnsweredSchema)
def post_decline(suggestion_id: UUID) -> dict[str, str]:
    """Say not this time. To the other it looks like no answer."""
    with unit_of_work() as uow:
        return {"state": suggesting.decline(uow, suggestion_id=suggestion_id)}


@api.get("/pairings")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.PairingPage)
def get_pairings(page: dict[str, Any]) -> Any:
    """My pairings, newest first, with the room of each."""
    with reading() as look:
        return queries.my_pairings(look, **page)


@api.get("/pairings/<uuid:pairing_id>")
@api.response(200, shapes.PairingSchema)
def get_pairing(pairing_id: UUID) -> queries.PairingView:
    """One pairing of mine."""
    with reading() as look:
        return queries.pairing(look, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/pause")
@api.response(200, shapes.PairingSchema)
def post_pause(pairing_id: UUID) -> queries.PairingView:
    """Take a break. We stay buddies."""
    with unit_of_work() as uow:
        pairing.pause(uow, pairing_id=pairing_id)
        return queries.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/resume")
@api.response(200, shapes.PairingSchema)
def post_resume(pairing_id: UUID) -> queries.PairingView:
    """Go on after a break."""
    with unit_of_work() as uow:
        pairing.resume(uow, pairing_id=pairing_id)
        return queries.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/end")
@api.arguments(shapes.EndSchema, example={"reason": "completed"})
@api.response(200, shapes.PairingSchema)
def post_end(why: dict[str, str], pairing_id: UUID) -> queries.PairingView:
    """End a pairing, at any time. The other gets a short, kind note, and never the reason."""
    with unit_of_work() as uow:
        view = queries.pairing(uow, pairing_id)
        return queries.ended(view, pairing.end(uow, pairing_id=pairing_id, **why))
