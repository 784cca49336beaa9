"""Push endpoints that browsers name: only known push services, never a machine of our own network.

Any signed-in member may name an endpoint, and our server then calls it. The host has to be one of the push services
that this installation knows, its name is resolved once, none of the addresses may be private, and the connection goes
to the very address that was checked. A name that resolves differently the second time gains nothing.
"""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PATIENCE_SECONDS = 5.0
MAX_URL_LENGTH = 1000
MAX_HOST_LENGTH = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TUNNELS = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))

Resolve = Callable[[str, int], Sequence[str]]


class RefusedEndpoint(ValueError):
    """An endpoint that is not pushed to. The message is a code that says why."""


@dataclass(frozen=True)
class Endpoint:
    """The target of a push. `is_listed_by_port`: the operator named its host and port, so it may be a machine of
    theirs.
    """

    host: str
    port: int
    path: str
    is_listed_by_port: bool

    @property
    def origin(self) -> str:
        """Return the origin, which is the audience of a signature."""
        return f"https://{self.host}" + ("" if self.port == http.client.HTTPS_PORT else f":{self.port}")


@dataclass(frozen=True)
class PushResponse:
    """A push service's response: its status and the value of Retry-After."""

    status: int
    retry_after: str


def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host name from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


class Endpoints:
    """The push services that may be called. `services` are hosts such as `*.push.apple.com`, or `HOST:PORT` of one's
    own.
    """

    def __init__(self, services: Sequence[str], *, resolve: Resolve = resolve_host) -> None:
        self._services = tuple(service.casefold() for service in services)
        self._resolve = resolve

    def check(self, url: str) -> Endpoint:
        """Return the endpoint of a URL, judged by its text alone. Raises RefusedEndpoint."""
        if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
            raise RefusedEndpoint("not_an_address")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", http.client.HTTPS_PORT if parts.port is None else parts.port
        except ValueError as error:
            raise RefusedEndpoint("not_an_address") from error
        if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
            raise RefusedEndpoint("not_https")
        if not _is_host(host):
            raise RefusedEndpoint("not_an_address")
        is_listed_by_port = f"{host}:{port}" in self._services
        if not is_listed_by_port and (port != http.client.HTTPS_PORT or not self._knows(host)):
            raise RefusedEndpoint("unknown_service")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Endpoint(host, port, path, is_listed_by_port)

    def post(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> PushResponse:
        """Post to the address that was checked: no redirects, no body read, five seconds in all.

        Raises RefusedEndpoint for an address that is not public, OSError or HTTPException when it cannot be reached.
        """
        connection = _Pinned(endpoint, self._address_of(endpoint), self._tls)
        watch = threading.Timer(PATIENCE_SECONDS, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", endpoint.path, body, dict(headers))
            response = connection.getresponse()
            return PushResponse(response.status, response.getheader("Retry-After", ""))
        finally:
            watch.cancel()
            connection.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # reads every certificate authority of this machine, so only once

    def _knows(self, host: str) -> bool:
        return any(":" not in service and fnmatchcase(host, service) for service in self._services)

    def _address_of(self, endpoint: Endpoint) -> str:
        found = self._resolve(endpoint.host, endpoint.port)
        if not found:
            raise OSError("no address")
        if not endpoint.is_listed_by_port and not all(map(is_public, found)):
            raise RefusedEndpoint("private_address")
        return found[0]


def _is_host(host: str) -> bool:
    """Return whether this can be resolved: a name (RFC 1123, labels of 1 to 63 characters) or an IPv6 address."""
    if ":" in host:
        return True  # urlsplit has read it as an address in brackets
    return len(host) <= MAX_HOST_LENGTH and all(LABEL.fullmatch(label) for label in host.split("."))


def is_public(address: str) -> bool:
    """Return whether an address is on the public internet: not private, local, mapped, or inside a tunnel."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped is not None or any(ip in net for net in _TUNNELS)):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPSConnection):
    """An HTTPS connection to one address, with the certificate checked for the name."""

    def __init__(self, endpoint: Endpoint, address: str, tls: ssl.SSLContext) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=PATIENCE_SECONDS, context=tls)
        self._tls = tls
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """Close the connection from another thread, which ends a blocked read."""
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is over already
                return
