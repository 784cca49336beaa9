"""Built files come packed to browsers that take them so, and are the same files."""

import gzip
import json

from flask.testing import FlaskClient

from community.core.web.template_context import STATIC


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


def test_a_missing_file_is_missing_compressed_too(client: FlaskClient) -> None:
    for name in ("dist/nothing.js", "../web.py", "dist/../../core/web.py", "dist/../src/sw.ts"):
        assert client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_dov_reads_no_source_of_the_pages(client: FlaskClient) -> None:
    """A14: sources and their names tell what the place is; only what is built is served, and two pictures."""
    served = set()
    for path in STATIC.rglob("*"):
        if path.is_file() and client.get(f"/static/{path.relative_to(STATIC)}").status_code == 200:
            served.add(str(path.relative_to(STATIC)).split("/")[0])
    assert served == {"dist", "icons.svg", "mark.svg"}
    names = [str(path.relative_to(STATIC)) for kind in ("src", "css") for path in (STATIC / kind).rglob("*")]
    assert names
    assert {client.get(f"/static/{name}").status_code for name in names} == {404}
