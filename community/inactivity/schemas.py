"""Schema of the inactivity watch."""

from marshmallow import fields

from community.core.schemas import StrictSchema


class InactivityWatchSchema(StrictSchema):
    """My inactivity watch and who may be notified after me. `before` and `lately` are days a week."""

    is_on = fields.Boolean(required=True)
    tells_buddy = fields.Boolean(load_default=False)
    tells_coordinator = fields.Boolean(load_default=False)
    is_quiet = fields.Boolean(dump_only=True)
    before = fields.Float(dump_only=True, allow_none=True)
    lately = fields.Float(dump_only=True, allow_none=True)
