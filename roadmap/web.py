"""The edge of a request: pages and fragments, redirects, downloads, the one commit, and security headers."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from roadmap.database import begin_reading, db, finish
from roadmap.errors import BadRequest

htmx = HTMX()
csrf = CSRFProtect()

FORM_LIMIT = 2 * 1024 * 1024
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def page(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """``templates/<template>.html``, or its ``_fragment`` where HTMX asks for it.

    «submissions/queue» is the page ``submissions/queue.html``, which includes ``submissions/_queue.html``.
    """
    folder, _, name = template.rpartition("/")
    fragment = f"{folder}/_{name}.html"
    wants_fragment = bool(htmx) and not htmx.history_restore_request and not htmx.boosted
    if wants_fragment and _exists(fragment):
        html = render_template(fragment, **context)
    else:
        html = render_template(f"{template}.html", **context)
    return make_response(html, status)


def redirect_to(endpoint: str, message: str | None = None, fragment: str = "", **values: Any) -> ResponseReturnValue:
    """See other; an HTMX request follows it as a whole page. ``message`` is shown there once."""
    if message:
        flash(message, "success")
    return see_other(url_for(endpoint, **values) + fragment)


def see_other(where: str) -> ResponseReturnValue:
    """303 after a POST; HTMX is told to go there as a whole page."""
    if htmx:
        return "", 204, {"HX-Redirect": where}
    return redirect(where, 303)


def download(content: bytes, filename: str, media_type: str) -> Response:
    """Always an attachment, in a sandbox, with a Cyrillic name by RFC 5987."""
    response = send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name="file", max_age=0)
    safe = "".join(c for c in filename if c.isprintable() and c not in '\\/:*?"<>|')[:120] or "file"
    ascii_name = safe.encode("ascii", "ignore").decode().strip(" .") or "file"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def local_target(target: str | None) -> str:
    """``next`` from a URL, if it stays on this server; else the desk."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(c) < 32 or c == "\\" for c in target):
        return "/"
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else "/"


def posted_version() -> int:
    """The optimistic lock that each editing form carries."""
    text = request.form.get("version", "")
    if not text.isdigit() or len(text) > 9:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    return int(text)


def register(app: Flask, proxies: int) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a head leaves the tab open all day
    app.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_LIMIT
    app.config["MAX_FORM_PARTS"] = 2000
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    htmx.init_app(app)
    app.before_request(_limit_form)
    app.before_request(_open_transaction)
    csrf.init_app(app)
    app.before_request(_refuse_foreign_origin)
    app.after_request(_close_transaction)
    app.after_request(_secure)
    app.context_processor(lambda: {"asset": _asset})


def _exists(template: str) -> bool:
    names: set[str] = current_app.extensions.setdefault("template_names", set())
    if not names:
        names.update(current_app.jinja_env.list_templates())
    return template in names


def _asset(name: str) -> str:
    """A static file's address with its content's mark, so that it can be kept for ever."""
    marks: dict[str, str] = current_app.extensions.setdefault("asset_marks", {})
    if name not in marks:
        content = (files("roadmap") / "static" / name).read_bytes()
        marks[name] = hashlib.sha256(content).hexdigest()[:12]
    return url_for("static", filename=name, v=marks[name])


def _limit_form() -> None:
    """Only uploads may be large: the limit of form fields does not reach url-encoded bodies by itself."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_LIMIT


def _open_transaction() -> None:
    """Before the user is loaded: a safe method reads only."""
    if request.method in SAFE_METHODS and request.endpoint != "static":
        begin_reading()


def _refuse_foreign_origin() -> None:
    """A second lock beside the CSRF token: browsers say where a request comes from."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        raise BadRequest("Запрос пришёл с другого сайта и отклонён.")


def _close_transaction(response: Response) -> Response:
    """The one commit: an unsafe method that answered below 400."""
    if request.endpoint == "static":
        return response
    try:
        finish(request.method not in SAFE_METHODS and response.status_code < 400)
    except Exception as error:
        db.session.rollback()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "HX-Request")
    return response
