"""Built files come packed to browsers that take them so, and are the same files."""

import gzip
import json

from flask.testing import FlaskClient

from community.core.pages import STATIC


def test_a_built_file_is_the_same_packed_and_plain(client: FlaskClient) -> None:
    name = json.loads((STATIC / "dist" / "manifest.json").read_text())["app.js"]
    plain = client.get(f"/static/dist/{name}")
    packed = client.get(f"/static/dist/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_type == plain.content_type
    assert plain.headers["Vary"] == packed.headers["Vary"]
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert len(packed.data) < len(plain.data) / 2


def test_what_is_not_there_is_not_there_packed_either(client: FlaskClient) -> None:
    for name in ("dist/nothing.js", "../web.py", "dist/../../core/web.py"):
        assert client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404
