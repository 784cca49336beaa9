"""The closed list of layers, and the packages that are engines instead.

A module of a feature is a layer, lives in the folder of a layer, or lives in an engine. A layer holds what
CONTRIBUTING says of it. A module whose standard name is not on the list goes into `actions/`, `queries/`, `access/` or
`rules/`, by what it does.
"""

LAYERS = (
    "pages",
    "api",
    "sockets",
    "commands",
    "notifications",
    "handlers",
    "staff_tasks",
    "schemas",
    "actions",
    "queries",
    "access",
    "rules",
    "models",
    "events",
    # Frozen shapes that several layers of a feature share (queries build them, endpoints and engines write them out).
    # They read no database, and putting them into `queries` would make each user of a shape load the statements too.
    "views",
)

# Packages that are an algorithm or a machine of their own, each with the reason why no layer fits.
ENGINES = {
    "rooms/engine": "the group commit of messages and the live feed run in their own greenlets, across requests",
    "notifications/inbox": "turns one event into rows for thousands of members in a worker, with no actor",
    "notifications/preferences": "the table of kinds and channels, which every other part of notifications reads",
    "notifications/delivery": "a state machine in the workers: plan, check, send, retry, park",
    "notifications/channels": "the protocols of mail and push, behind one interface",
    "buddies/matching": "pure numbers and native solvers in a process of their own, without a database",
}
