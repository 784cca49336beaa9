"""General rate of each member's requests: far above what a person does, far below what a script can do.

It is counted in each process, so a member may have it once in each: asking Redis would add a round trip to every
request. Actions that reach other people have limits of their own that hold over all processes (`members/quotas.py`,
`rooms/engine/message_rate.py`). Endpoints that need no sign-in are not counted: no member's requests can close the
crisis lines, `/healthz` or a style sheet.
"""

from uuid import UUID

from community.core.rate_limits import TokenBucket

READS = (1_200, 60.0)
WRITES = (600, 60.0)
EXPENSIVE = (30, 60.0)
PREVIEWS = (120, 60.0)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Endpoints that cost the database or a processor much more than a page: they share one smaller rate.
EXPENSIVE_ENDPOINTS = frozenset(
    {
        "POST /api/v1/messages/search",
        "POST /rooms/search",
        "POST /api/v1/match-runs",
        "POST /api/v1/match-runs/<uuid:run_id>/replay",
        "POST /console/match-runs",
        "POST /console/match-runs/<uuid:run_id>/replay",
        "GET /api/v1/first-week-figures",
        "GET /api/v1/reach-out-figures",
        "GET /api/v1/rooms/<uuid:room_id>/retention-preview",
        "GET /console/invitations.csv",
        "GET /meetups/<uuid:meetup_id>/attendance.csv",
    }
)

# The meetup form requests these by itself, at every pause while a member fills it in.
PREVIEW_ENDPOINTS = frozenset({"POST /api/v1/meetups/preview", "POST /meetups/preview"})

# Endpoints for calls for help. Quotas of their own bound them, never a device's other requests.
CALLS_FOR_HELP = frozenset(
    {
        "GET /reach-out",
        "POST /reach-out",
        "GET /reach-out/others",
        "POST /reach-out/others",
        "POST /api/v1/reach-outs",
        "GET /reach-outs/<uuid:reach_out_id>",
        "GET /api/v1/reach-outs/<uuid:reach_out_id>",
        "POST /api/v1/reach-outs/<uuid:reach_out_id>/again",
        "POST /reach-outs/<uuid:reach_out_id>/<any(advance, reading, pass, claim, again):what>",
        "GET /coordinator",
        "POST /coordinator",
        "POST /api/v1/coordinator-requests",
        "POST /api/v1/rooms/<uuid:room_id>/messages",
        "POST /rooms/<uuid:room_id>/messages",
        "GET /messages/<uuid:message_id>/report",
        "POST /messages/<uuid:message_id>/report",
        "POST /api/v1/messages/<uuid:message_id>/reports",
    }
)


class RequestRates:
    """Requests of each member in this process."""

    def __init__(
        self,
        *,
        reads: tuple[int, float] = READS,
        writes: tuple[int, float] = WRITES,
        expensive: tuple[int, float] = EXPENSIVE,
        previews: tuple[int, float] = PREVIEWS,
    ) -> None:
        self._reads, self._writes = TokenBucket(*reads), TokenBucket(*writes)
        self._expensive, self._previews = TokenBucket(*expensive), TokenBucket(*previews)

    def take(self, endpoint: str, member_id: UUID) -> None:
        """Count a request of a member to an endpoint, given as its method and rule.

        Raises RateLimited with the seconds until the next is free. Reads and writes do not use up each other's rate.
        """
        if endpoint in CALLS_FOR_HELP:
            return
        is_read = endpoint.partition(" ")[0] in SAFE_METHODS
        (self._reads if is_read else self._writes).try_consume(member_id)
        if endpoint in EXPENSIVE_ENDPOINTS:
            self._expensive.try_consume(member_id)
        elif endpoint in PREVIEW_ENDPOINTS:
            self._previews.try_consume(member_id)
