"""Writes `field_names.json`: the fields of every answer of the API to each role, for S14.

python -m tests.house.field_names
"""

import json
import tempfile
from pathlib import Path

from tests.house.restorable_app import RestorableApp
from tests.house.test_permissions import FIELD_NAMES, answered_fields
from tests.support.migrated_file import migrated_file


def main() -> None:
    """Ask every read as every role, and write what the answers hold."""
    with tempfile.TemporaryDirectory() as folder:
        fields = answered_fields(RestorableApp(Path(folder), migrated_file()))
    lines = [f"  {json.dumps(key)}: {json.dumps(names)}" for key, names in fields.items()]
    FIELD_NAMES.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(fields)} answers in {FIELD_NAMES.name}")


if __name__ == "__main__":
    main()
