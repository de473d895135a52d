"""One name, three places; templates compile and are all used; page = endpoint."""

from __future__ import annotations

from pathlib import Path

SLICES = {path.name for path in Path("roadmap").iterdir() if path.is_dir() and (path / "views.py").exists()}


def _folders(root: str) -> set[str]:
    return {path.name for path in Path(root).iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}


def test_slices_have_templates_and_tests():
    assert SLICES - _folders("templates") == set()
    assert _folders("templates") - SLICES == {"errors"}
    assert SLICES - _folders("tests") == set()


def test_every_template_compiles(app):
    names = app.jinja_env.list_templates(extensions=["html"])
    assert len(names) > 10
    for name in names:
        app.jinja_env.get_template(name)


def test_pages_are_named_as_their_endpoints(app):
    endpoints = {rule.endpoint.replace(".", "/") for rule in app.url_map.iter_rules()}
    aliases = {"accounts/link", "boards/school_desk", "boards/office_desk"}
    pages = {
        name.removesuffix(".html")
        for name in app.jinja_env.list_templates(extensions=["html"])
        if "/" in name and not name.split("/")[1].startswith("_") and not name.startswith("errors/")
    }
    assert pages - endpoints - aliases == set()


def test_no_inline_script_or_style_in_templates():
    bad = []
    for path in Path("templates").rglob("*.html"):
        source = path.read_text("utf-8").lower()
        if " style=" in source or "<style" in source or "hx-on" in source or " onclick=" in source:
            bad.append(path.name)
        bad += [path.name for part in source.split("<script")[1:] if "src=" not in part.split(">")[0]]
    assert bad == []
