"""Built files come packed to browsers that take them so, and are the same files."""

import gzip
import json
import re
import struct

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


def test_home_screens_get_icons_of_the_sizes_they_ask_for(client: FlaskClient) -> None:
    manifest = client.get("/manifest.webmanifest").get_json(force=True)
    assert manifest["name"] == manifest["short_name"] == client.application.extensions["community"].settings.name
    icons = {(icon["sizes"], icon["purpose"]): icon["src"] for icon in manifest["icons"]}
    assert set(icons) == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"), ("any", "any")}
    touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)">', client.get("/sign-in").text)
    assert touch is not None
    drawn = {path: size for (size, _), path in icons.items() if size != "any"} | {touch[1]: "180x180"}
    for path, size in drawn.items():
        picture = client.get(path)
        assert picture.content_type == "image/png"
        assert picture.data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", picture.data[16:24])
        assert f"{width}x{height}" == size
    assert client.get(icons["512x512", "maskable"]).data != client.get(icons["512x512", "any"]).data


def test_pushes_show_an_icon_that_exists(client: FlaskClient) -> None:
    script = client.get("/sw.js").text
    icon = re.search(r"/static/dist/icon-192\.\w+\.png", script)
    assert icon is not None
    assert client.get(icon[0]).content_type == "image/png"
