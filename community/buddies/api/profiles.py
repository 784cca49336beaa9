"""JSON endpoints of buddy profiles."""

from typing import Any

from community.buddies.actions import profiles
from community.buddies.api import api
from community.buddies.queries.profiles import ProfileView, my_profile
from community.buddies.queries.search import SearchView, my_search
from community.buddies.schemas import profiles as shapes
from community.core.web.request_context import read_context, unit_of_work

PROFILE = {
    "role": "peer",
    "capacity": 1,
    "pathways": ["secular"],
    "languages": ["English"],
    "interests": ["walking", "cooking"],
    "availability": [{"weekday": 1, "from": "18:00", "to": "21:00"}],
    "prefers": {"interests": ["walking"]},
    "excludes": {"genders": []},
    "about": "I walk a lot, and I’m better at listening than at advice.",
}


@api.get("/buddy-profile")
@api.response(200, shapes.BuddyProfileSchema)
def get_profile() -> ProfileView:
    """Return my profile; 404 until I have one."""
    with read_context() as ctx:
        return my_profile(ctx)


@api.put("/buddy-profile")
@api.arguments(shapes.SaveProfileSchema, example=PROFILE)
@api.response(200, shapes.BuddyProfileSchema)
def put_profile(profile: dict[str, Any]) -> ProfileView:
    """Save my profile. Mentors are matched once a coordinator has approved.

    Languages, pathways and interests are free text. Usual ones are matched in any spelling, in English and Spanish:
    `español`, `Spanish` and `es` are one language.
    """
    with unit_of_work() as uow:
        profiles.save_profile(uow, changes=profile)
        return my_profile(uow)


@api.put("/buddy-profile/pause")
@api.arguments(shapes.PauseSchema, example={"until": "2027-01-10T08:00:00Z"})
@api.response(200, shapes.BuddyProfileSchema)
def put_pause(pause: dict[str, Any]) -> ProfileView:
    """Pause suggestions, until a time or until I resume. My buddies stay."""
    with unit_of_work() as uow:
        profiles.pause(uow, **pause)
        return my_profile(uow)


@api.delete("/buddy-profile/pause")
@api.response(200, shapes.BuddyProfileSchema)
def delete_pause() -> ProfileView:
    """End the pause of suggestions."""
    with unit_of_work() as uow:
        profiles.resume(uow)
        return my_profile(uow)


@api.get("/buddy-search")
@api.response(200, shapes.BuddySearchSchema)
def get_search() -> SearchView:
    """Return what the last match run found for me, and what would help; 404 until I have a profile."""
    with read_context() as ctx:
        return my_search(ctx)
