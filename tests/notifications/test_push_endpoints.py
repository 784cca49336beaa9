"""Addresses to push to: known services alone, and never a machine of our own network (row 20 of the security sheet)."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from community.core.settings import Settings, load_settings
from community.notifications.channels import push_endpoints
from community.notifications.channels.push_endpoints import Endpoints, RefusedEndpoint, is_public
from community.notifications.channels.result import combine_outcomes
from community.notifications.channels.web_push import Pusher, PushMessage, public_key
from tests.conftest import NOON
from tests.support.push import Browser, PushService
from tests.support.tls import Certificate

KNOWN = ("fcm.googleapis.com", "*.push.apple.com")


@pytest.fixture
def canary() -> Iterator[list[object]]:
    """A listener on this machine; what connects to it is kept."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                came.append(connection.getsockname())
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        came_port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", came_port)).close()  # it does hear
        while not came:
            pass
        came.clear()
        yield came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x",
        "file:///etc/passwd",
        "gopher://fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:80/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evil.example#fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/",
        "https://user:pass@fcm.googleapis.com/x",
        "https://fcm.googleapis.com\\@evil.example/",
        "https://evil.example\\.push.apple.com/",
        "https://push.apple.com/x",
        "https://.push.apple.com.evil/x",
        "https://.push.apple.com/",
        "https://a..push.apple.com/",
        "https://-a.push.apple.com/",
        "https://a-.push.apple.com/",
        "https://a_b.push.apple.com/",
        "https://*.push.apple.com/",
        "https://%61.push.apple.com/",
        f"https://{'a' * 64}.push.apple.com/",
        "https://" + "a." * 130 + "push.apple.com/",
        "https://fcm.googleapis.com./x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://0x7f.1/x",
        "https://0x7f000001/x",
        "https://2130706433/x",
        "https://017700000001/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[::ffff:7f00:1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x",
        "https://192.168.0.1/x",
        "https://172.16.0.1/x",
        "https://0/x",
        "https://localhost/x",
        "https://localhost./x",
        "https://metadata.google.internal/x",
        "https://fcm.googleapis.com /x",
        "https://fcm.googleapis.com\r\nHost: evil/x",
        "https://fcm.googleapis.com/x\r\nX-Evil: 1",
        "https://ｆcm.googleapis.com/x",
        "https://fcm。googleapis。com/x",
        "https:///x",
        "https://",
        "https://[::1",
        "//fcm.googleapis.com/x",
        "fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "https://fcm.googleapis.com:0/x",
        "https://fcm.googleapis.com:99999/x",
        "",
    ],
)
def test_only_known_services_are_called(url: str) -> None:  # S20
    known = Endpoints(KNOWN)
    assert known.check("https://fcm.googleapis.com/fcm/send/abc").origin == "https://fcm.googleapis.com"
    assert known.check("https://web.push.apple.com/QQ?x=1").path == "/QQ?x=1"
    with pytest.raises(RefusedEndpoint):
        known.check(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b::808:808", "2002:7f00:1::", "2001::1", "fe80::1%eth0", "fc00::1",
        "fd12::1", "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_a_known_name_that_leads_home_is_not_followed(  # S20
    address: str, canary: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_endpoints, "PATIENCE_SECONDS", 0.5)
    assert not is_public(address)
    assert is_public("142.250.1.95")
    assert is_public("2a00:1450:4001::5f")
    known = Endpoints(KNOWN, resolve=lambda host, port: ["142.250.1.95", address])
    with pytest.raises(RefusedEndpoint, match="private_address"):
        known.post(known.check("https://fcm.googleapis.com/x"), b"", {})
    assert canary == []


def test_a_name_that_answers_differently_the_second_time_gains_nothing(canary: list[object]) -> None:  # S20
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1" if len(asked) == 1 else "127.0.0.1"]

    known = Endpoints(KNOWN, resolve=rebinding)
    with pytest.raises(RefusedEndpoint):
        known.post(known.check("https://fcm.googleapis.com/x"), b"", {})
    assert asked == ["fcm.googleapis.com"]
    assert canary == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of this machine."""
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def service(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service of ours, trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with PushService(certificate) as running:
        yield running


def settings_for(service: PushService, folder: Path) -> Settings:
    return load_settings({"COMMUNITY_DATA_DIR": str(folder), "COMMUNITY_PUSH_SERVICES": service.host})


def parcel(browser: Browser, **changes: object) -> PushMessage:
    said: dict[str, object] = {
        "endpoint": browser.endpoint,
        **browser.keys,
        "path": "/notifications/0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f/open",
        "topic": "0123456789abcdef",
        "urgency": "normal",
        "ttl": timedelta(hours=1),
        **changes,
    }
    return PushMessage(**said)  # type: ignore[arg-type]  # the fields are those above


def test_the_browser_reads_it_and_nobody_else(service: PushService, tmp_path: Path) -> None:
    browser = service.browser()
    settings = settings_for(service, tmp_path)

    assert Pusher(settings).push(parcel(browser), now=NOON).result == "sent"

    [taken] = service.taken
    assert browser.read(taken) == {
        "path": "/notifications/0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f/open",
        "tag": "0123456789abcdef",
    }
    assert b"notifications" not in taken.body
    sent = {name.title(): value for name, value in taken.headers.items()}
    assert (sent["Ttl"], sent["Urgency"], sent["Topic"]) == ("3600", "normal", "0123456789abcdef")
    assert sent["Content-Encoding"] == "aes128gcm"
    assert f"k={public_key(settings)}" in sent["Authorization"]
    longer = parcel(browser, text="Somebody answered you")
    Pusher(settings).push(longer, now=NOON)
    assert len(service.taken[1].body) == len(taken.body)


@pytest.mark.parametrize(
    ("status", "result"),
    [(201, "sent"), (410, "gone"), (404, "gone"), (403, "gone"), (429, "temporary"), (500, "temporary"),
     (413, "permanent"), (302, "permanent")],
)  # fmt: skip
def test_answers_of_a_push_service_are_understood(  # N9
    service: PushService, tmp_path: Path, status: int, result: str
) -> None:
    service.answer(status, Retry_After="120", Location="https://127.0.0.1/")
    pushed = Pusher(settings_for(service, tmp_path)).push(parcel(service.browser()), now=NOON)
    assert (pushed.result, pushed.detail) == (result, str(status))
    assert pushed.retry_after == (timedelta(seconds=120) if result == "temporary" else None)
    assert len(service.taken) == 1  # a redirect is not followed


def test_a_name_that_cannot_be_looked_up_is_a_failure_for_good(tmp_path: Path) -> None:
    """A19f: the name raised in the worker's loop, at each push."""

    def encode(host: str, port: int) -> list[str]:
        raise UnicodeError("label empty or too long")

    settings = load_settings({"COMMUNITY_DATA_DIR": str(tmp_path)})
    pusher = Pusher(settings, Endpoints(KNOWN, resolve=encode))
    for place in ("https://web.push.apple.com/x", "https://.push.apple.com/"):
        assert pusher.push(parcel(Browser(place)), now=NOON).result == "gone"


def test_a_service_that_hangs_is_left_after_a_while(
    service: PushService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_endpoints, "PATIENCE_SECONDS", 0.3)
    service.hold.clear()
    pushed = Pusher(settings_for(service, tmp_path)).push(parcel(service.browser()), now=NOON)
    assert pushed.result == "temporary"


def test_a_certificate_for_another_name_is_refused(service: PushService, tmp_path: Path) -> None:  # S20
    elsewhere = Endpoints([f"other.example:{service.host.rpartition(':')[2]}"], resolve=lambda *_: ["127.0.0.1"])
    url = f"https://other.example:{service.host.rpartition(':')[2]}/x"
    pushed = Pusher(settings_for(service, tmp_path), elsewhere).push(parcel(service.browser(), endpoint=url), now=NOON)
    assert (pushed.result, pushed.detail) == ("temporary", "SSLCertVerificationError")
    assert service.taken == []


def test_keys_that_are_none_and_no_device_are_gone(service: PushService, tmp_path: Path) -> None:
    pusher = Pusher(settings_for(service, tmp_path))
    assert pusher.push(parcel(service.browser(), p256dh="AAAA"), now=NOON).result == "gone"
    assert combine_outcomes([]).detail == "no_device"
