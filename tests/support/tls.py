"""A certificate for this machine, and making everything in this process trust it."""

import select
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Certificate:
    """One for `127.0.0.1` and `localhost`, signed by itself. `path` is what SSL_CERT_FILE is set to."""

    def __init__(self, folder: Path, *, name: str = "localhost") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "certificate.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(key, SHA256())
        )
        self._key_path = folder / "key.pem"
        self.path.write_bytes(certificate.public_bytes(Encoding.PEM))
        self._key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path, self._key_path)
        return context


class TlsProxy:
    """Ends TLS on loopback before a server that speaks none, as operators put before a Redis.

    `hangs` makes it accept and then say nothing, before the handshake (`handshake`) or after it (`after`).
    """

    def __init__(self, target_port: int, certificate: Certificate) -> None:
        self.hangs = ""
        self.handshakes = 0
        self._target_port = target_port
        self._context = certificate.server_context()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "TlsProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Hang up on everybody."""
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            if self.hangs != "handshake":
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(sock, server_side=True) as outer:
            self._open.append(outer)
            self.handshakes += 1
            if self.hangs == "after":
                while outer.recv(65_536):
                    pass
                return
            with socket.create_connection(("127.0.0.1", self._target_port)) as inner:
                self._open.append(inner)
                self._pump(outer, inner)

    def _pump(self, outer: ssl.SSLSocket, inner: socket.socket) -> None:
        """To and fro on one thread: two must not use one TLS connection at a time."""
        while True:
            ready = [outer] if outer.pending() else select.select([outer, inner], [], [])[0]
            for one in ready:
                data = one.recv(65_536)
                if not data:
                    return
                (inner if one is outer else outer).sendall(data)
