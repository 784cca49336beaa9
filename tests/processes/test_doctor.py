"""`community doctor`: names what is wrong and how to mend it, on real databases, Redis and mail servers."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from community.cli import main
from community.core.crypto.cipher import FieldCipher
from community.core.ids import new_id
from community.core.migrations import migrate
from community.core.unit_of_work import UnitOfWorkFactory
from community.rooms.models import Message, Room
from community.safety.models import Case, Report
from tests.conftest import NOON
from tests.factories import Cast
from tests.support.free_ports import free_port
from tests.support.postgres import Postgres
from tests.support.service import ROOT
from tests.support.smtp import MailServer
from tests.support.valkey import Valkey

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
NAMES = (
    "COMMUNITY_ENV",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_URL",
    "MAIL_URL",
    "VAPID_PRIVATE_KEY",
)
ALL = [
    "settings",
    "database",
    "migrations",
    "encryption",
    "audit",
    "staff",
    "events",
    "dates",
    "clock",
    "redis",
    "mail",
    "secret",
    "push key",
    "files",
]
Doctor = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A migrated file of this test."""
    (tmp_path / "own.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    (tmp_path / "own.sqlite3").chmod(0o600)
    return f"sqlite:///{tmp_path / 'own.sqlite3'}"


@pytest.fixture
def doctor(tmp_path: Path, sqlite_url: str) -> Doctor:
    """Runs the command with these settings: its exit code, and by check `verdict found; mend`."""

    def run(*words: str, **env: str) -> tuple[int, dict[str, str]]:
        clean = dict.fromkeys(NAMES, "") | {"COMMUNITY_DATA_DIR": str(tmp_path / "var"), "DATABASE_URL": sqlite_url}
        done = CliRunner().invoke(main, ["doctor", *words], env=clean | env)
        assert isinstance(done.exception, SystemExit | None), done.exception
        lines: dict[str, str] = {}
        for line in done.output.splitlines():
            verdict, name, found = line[:4].strip(), line[6:16].strip(), line[18:]
            lines[name] = "\n".join(filter(None, [lines.get(name), f"{verdict} {found}"]))
        return done.exit_code, lines

    return run


def test_a_development_machine_is_well_and_redis_is_a_warning(doctor: Doctor) -> None:
    code, lines = doctor()

    assert code == 0
    assert {name for name, line in lines.items() if not line.startswith("ok")} == {"redis"}
    assert lines["redis"].startswith("warn REDIS_URL isn't set; `community serve` starts its own")
    assert list(lines) == ALL


def test_everything_that_production_stands_on_is_well(doctor: Doctor, postgres_url: str) -> None:
    key = base64.urlsafe_b64encode(bytes(31) + b"\x07").decode().rstrip("=")
    with Valkey() as valkey, MailServer() as mail:
        code, lines = doctor(
            DATABASE_URL=postgres_url, REDIS_URL=valkey.url, MAIL_URL=mail.url, SECRET_KEY=SECRET, VAPID_PRIVATE_KEY=key
        )
        assert (code, {line[:3] for line in lines.values()}) == (0, {"ok "}), lines
        assert mail.mails == []


def test_every_wrong_setting_is_named_and_no_secret_is_shown(doctor: Doctor) -> None:
    code, lines = doctor(
        COMMUNITY_ENV="production", SECRET_KEY="hush-hush", DATABASE_URL="mysql://ada:opensesame@host/name", PORT="many"
    )

    assert code == 1
    wrong = lines["settings"].splitlines()
    names = {line.removeprefix("FAIL ").partition(":")[0] for line in wrong}
    assert names == {"SECRET_KEY", "DATABASE_URL", "PORT", "PUBLIC_URL", "MAIL_URL", "MAIL_FROM"}
    assert all("found" in line and "expected" in line for line in wrong)
    assert "hush-hush" not in str(lines)
    assert "opensesame" not in str(lines)
    assert "not checked" in lines["the rest"]


def test_a_database_that_is_not_there_is_not_made_by_looking(doctor: Doctor, tmp_path: Path) -> None:
    code, lines = doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'none.sqlite3'}")

    assert code == 1
    assert lines["database"].startswith("FAIL there is no")
    assert "run `community migrate`" in lines["database"]
    assert not (tmp_path / "none.sqlite3").exists()
    assert "mail" in lines, "the other checks still run"


def test_a_file_that_is_no_database_is_named(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "torn.sqlite3").write_bytes(b"not a database at all, but long enough to look like one " * 20)

    code, lines = doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'torn.sqlite3'}")

    assert (code, lines["database"]) == (
        1,
        f"FAIL sqlite:///{tmp_path / 'torn.sqlite3'}: file is not a database; restore the file from a backup",
    )


@pytest.mark.parametrize("path", ["nobody:opensesame@127.0.0.1:{port}/name", "127.0.0.1:nowhere/name"])
def test_a_postgresql_that_does_not_answer_is_named_without_its_password(doctor: Doctor, path: str) -> None:
    code, lines = doctor(DATABASE_URL=f"postgresql+psycopg://{path.format(port=free_port())}")

    assert (code, lines["database"][:4]) == (1, "FAIL")
    assert "DATABASE_URL" in lines["database"]
    assert "opensesame" not in str(lines)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_that_are_missing_behind_or_ahead_are_told_apart(
    doctor: Doctor, tmp_path: Path, postgres: Postgres, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}" if kind == "sqlite" else postgres.create_database("doctor")
    engine = create_engine(url)
    engine.connect().close()
    (tmp_path / "old.sqlite3").touch()
    assert doctor(DATABASE_URL=url)[1]["migrations"] == "FAIL the database is empty; run `community migrate`"

    migrate(url, to="head-1")
    code, lines = doctor(DATABASE_URL=url)
    assert (code, lines["migrations"].partition("; ")[2]) == (1, "run `community migrate`")
    assert "behind" in lines["migrations"]

    migrate(url)
    assert doctor(DATABASE_URL=url)[1]["migrations"].startswith("ok")

    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    engine.dispose()
    code, lines = doctor(DATABASE_URL=url)
    assert code == 1
    assert lines["migrations"].startswith("FAIL at from_tomorrow, which is newer than this code; install the newer")


def test_staff_without_a_second_factor_are_counted(doctor: Doctor, store: UnitOfWorkFactory, cast: Cast) -> None:
    """S4: Ada and the admin, who cannot work where they need one."""
    url = store.database.url.render_as_string(hide_password=False)
    _, lines = doctor(DATABASE_URL=url, COMMUNITY_STAFF_FACTOR="required")
    assert lines["staff"].startswith("warn 2 coordinators and admins have no second factor")


def test_another_secret_than_the_databases_is_noticed(doctor: Doctor, store: UnitOfWorkFactory, cast: Cast) -> None:
    cipher = FieldCipher(SECRET)
    with store.unit_of_work(now=NOON) as uow:
        room, report_id = (
            Room(id=new_id(), kind="open", name="Evenings", created_at=NOON, head_seq=1, head_rev=1),
            new_id(),
        )
        said = {"author_id": cast.ben.id, "seq": 1, "rev": 1, "client_msg_id": "1", "body": "hello", "request_hash": ""}
        message = Message(id=new_id(), room_id=room.id, created_at=NOON, **said)
        for row in (room, message):
            uow.session.add(row)
            uow.session.flush()
        about_it = {"subject_id": message.id, "category": "other"}
        clock = {"opened_at": NOON, "due_at": NOON}
        case = Case(id=report_id, kind="message", is_private=False, member_id=cast.ben.id, **about_it, **clock)
        uow.session.add(case)
        uow.session.flush()
        uow.session.add(
            Report(
                id=report_id,
                case_id=case.id,
                reporter_id=cast.cleo.id,
                **about_it,
                reason=cipher.encrypt("frightening", associated_data=f"reports:{report_id}:reason"),
                snapshot=cipher.encrypt("[]", associated_data=f"reports:{report_id}:snapshot"),
                created_at=NOON,
            )
        )
    url = store.database.url.render_as_string(hide_password=False)

    assert doctor(DATABASE_URL=url, SECRET_KEY=SECRET)[1]["encryption"] == "ok the newest key decrypts all 2 values"
    code, lines = doctor(DATABASE_URL=url, SECRET_KEY=SECRET[::-1])

    assert code == 1
    assert lines["encryption"].startswith("FAIL SECRET_KEY and FIELD_KEYS can't decrypt 2 of 2")
    assert "restore the SECRET_KEY" in lines["encryption"]


def test_a_clock_that_is_five_seconds_off_is_a_warning(doctor: Doctor, postgres: Postgres) -> None:
    url = postgres.create_database("clocks")
    migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:  # a database whose clock is slow: ours is found before PostgreSQL's own
        connection.execute(text("CREATE SCHEMA slow"))
        slow = "SELECT pg_catalog.clock_timestamp() - interval '5 seconds'"
        connection.execute(
            text(f"CREATE FUNCTION slow.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ {slow} $$")
        )
        connection.execute(text("ALTER DATABASE clocks SET search_path = slow, pg_catalog, public"))
    engine.dispose()

    code, lines = doctor(DATABASE_URL=url)

    assert code == 0
    assert lines["clock"].startswith("warn this machine and the database are 5.0 s apart; sync both with NTP")


def test_a_redis_that_died_is_named(doctor: Doctor) -> None:
    with Valkey() as valkey:
        assert doctor(REDIS_URL=valkey.url)[1]["redis"].startswith("ok")
        valkey.kill()

        code, lines = doctor(REDIS_URL=valkey.url)

        assert code == 1
        assert lines["redis"].startswith(f"FAIL redis://127.0.0.1:{valkey.port}/0: ")
        assert "updates arrive seconds late" in lines["redis"]
        over_tls = doctor(REDIS_URL=f"rediss://127.0.0.1:{valkey.port}/0")[1]["redis"]
        assert "refused" in over_tls, "TLS or not, what is wrong is in the driver's words"


def test_a_mail_server_that_is_away_is_named(doctor: Doctor) -> None:
    code, lines = doctor(MAIL_URL=f"smtp://ada:opensesame@127.0.0.1:{free_port()}")

    assert (code, lines["mail"][:4]) == (1, "FAIL")
    assert "opensesame" not in str(lines)


def test_one_mail_goes_out_when_asked_for(doctor: Doctor) -> None:
    with MailServer() as server:
        code, lines = doctor("--mail", "ada@example.org", MAIL_URL=server.url)
        assert (code, lines["sending"][:2]) == (0, "ok")
        assert server.recipients == ["ada@example.org"]

        server.answer = "550 no"
        code, lines = doctor("--mail", "ada@example.org", MAIL_URL=server.url)
        assert (code, lines["sending"].partition(";")[0]) == (1, "FAIL to ada@example.org: permanent (550)")

        code, lines = doctor("--mail", "ada", MAIL_URL=server.url)
        assert (code, lines["sending"].partition(";")[0]) == (1, "FAIL 'ada' or MAIL_FROM isn't an address")
        assert len(server.mails) == 1


def test_keys_that_cannot_be_used_or_that_others_can_read_are_named(doctor: Doctor, tmp_path: Path) -> None:
    assert doctor()[1]["secret"].startswith("ok stored in")
    (tmp_path / "var" / "secret-key").chmod(0o644)

    code, lines = doctor(VAPID_PRIVATE_KEY="bm90IGEga2V5")

    assert code == 1
    assert lines["secret"].startswith("warn other accounts on this machine can read")
    assert lines["push key"].startswith("FAIL VAPID_PRIVATE_KEY: 12 characters (not shown) that aren't a key")


def test_doctor_repairs_files_that_other_accounts_can_read(doctor: Doctor, tmp_path: Path) -> None:
    """A19d: a data directory that stood already as 0755 was kept so, with the database in it."""
    doctor()
    data, database = tmp_path / "var", tmp_path / "own.sqlite3"
    (data / "mail").mkdir(exist_ok=True)
    (data / "mail" / "one").write_text("x")
    (data / "elsewhere").symlink_to("/etc/hostname")
    for path, mode in ((data, 0o755), (data / "mail", 0o775), (data / "mail" / "one", 0o644), (database, 0o644)):
        path.chmod(mode)
    elsewhere = Path("/etc/hostname").stat().st_mode

    code, lines = doctor()

    assert (code, lines["files"][:33]) == (0, "warn other accounts could read 4 ")
    assert {path.stat().st_mode & 0o077 for path in (data, data / "mail", data / "mail" / "one", database)} == {0}
    assert Path("/etc/hostname").stat().st_mode == elsewhere
    assert doctor()[1]["files"].startswith("ok only this account")


def test_files_of_any_command_are_for_its_account_alone(tmp_path: Path) -> None:
    """A19d: the database was readable for everybody in a folder that was."""
    (tmp_path / "var").mkdir(mode=0o755)
    env = {**os.environ, "COMMUNITY_DATA_DIR": str(tmp_path / "var"), "DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "community.cli", "migrate"]
    subprocess.run(words, env=env, cwd=ROOT, check=True, capture_output=True, umask=0o022)
    files = [path for path in (tmp_path / "var").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"community.sqlite3", "secret-key"}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_the_metrics_token_opens_the_metrics_from_elsewhere(client: FlaskClient, tmp_path: Path) -> None:
    env = {"COMMUNITY_DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": SECRET}
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    token = CliRunner().invoke(main, ["doctor", "--metrics-token"], env=env).output.strip()

    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    allowed = {"Authorization": f"Bearer {token}"}
    assert client.get("/metrics", environ_base=elsewhere, headers=allowed).status_code == 200
