"""Check-ins of the demo: a few for each member with a printed sign-in, all private."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from community.check_ins.models import CheckIn
from community.check_ins.rules.check_ins import Answers
from community.core.crypto.cipher import FieldCipher
from community.core.crypto.encrypted_columns import associated_data

DAYS_AGO = (38, 33, 27, 24, 19, 15, 12, 9, 5, 2)
WILL_DO = ("Call my sister.", "Walk before supper.", "Bed by ten.", "Answer Juniper.", "Cook something slow.")


def check_in_rows(
    members: Sequence[uuid.UUID], *, chance: random.Random, cipher: FieldCipher, now: datetime
) -> list[dict[str, object]]:
    """Return rows of check-ins that begin hard and improve a little."""
    rows: list[dict[str, object]] = []
    for member_id in members:
        for number, days in enumerate(DAYS_AGO):
            mood = min(5, max(1, 2 + number // 4 + chance.choice((-1, 0, 0, 1))))
            said = Answers(
                mood=mood,
                craving=max(0, 7 - number // 2 + chance.choice((-2, 0, 1))),
                sleep=chance.randint(2, 4),
                connection=min(5, mood + chance.choice((0, 1))),
                intention=chance.choice(WILL_DO),
            )
            row_id = uuid.UUID(int=chance.getrandbits(128), version=4)
            bound_to = associated_data(CheckIn.answers, id=row_id)
            rows.append(
                {
                    "id": row_id,
                    "member_id": member_id,
                    "made_at": now - timedelta(days=days, minutes=chance.randrange(90)),
                    "audience": "only_me",
                    "answers": cipher.encrypt(said.as_text(), associated_data=bound_to),
                    "helped": "said",
                }
            )
    return rows
