"""The application: kernel, blueprints from one tuple, nothing else."""

from __future__ import annotations

from flask import Flask, request
from flask_login import LoginManager, current_user

from roadmap import access, cli, clock, database, errors, filters, health, web
from roadmap.accounts import service as accounts
from roadmap.accounts import views as accounts_views
from roadmap.acts import views as acts_views
from roadmap.audit import service as audit
from roadmap.audit import views as audit_views
from roadmap.boards import views as boards_views
from roadmap.boards.navigation import navigation
from roadmap.config import Config
from roadmap.documents import views as documents_views
from roadmap.plan import views as plan_views
from roadmap.practices import views as practices_views
from roadmap.programmes import views as programmes_views
from roadmap.registers import views as registers_views
from roadmap.schools import views as schools_views
from roadmap.submissions import views as submissions_views
from roadmap.surveys import views as surveys_views
from roadmap.workbooks import views as workbooks_views
from roadmap.year_turn import views as year_turn_views

BLUEPRINTS = (
    health.bp,
    accounts_views.bp,
    audit_views.bp,
    schools_views.bp,
    plan_views.bp,
    registers_views.bp,
    programmes_views.bp,
    surveys_views.bp,
    year_turn_views.bp,
    workbooks_views.bp,
    acts_views.bp,
    practices_views.bp,
    submissions_views.bp,
    documents_views.bp,
    boards_views.bp,
)


def build(config: Config | None = None) -> Flask:
    """The application for one installation; ConfigError if a setting forbids to start."""
    config = config or Config.from_environment()
    app = Flask(__name__, template_folder="../templates")
    app.config["SECRET_KEY"] = config.secret_key
    app.config["ROADMAP"] = config
    app.config["TESTING"] = config.testing
    app.config["SESSION_COOKIE_SECURE"] = config.url.startswith("https://")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    clock.register(app, config.timezone, config.now)
    database.register(app, config.database_url)
    errors.register(app)
    web.register(app, config.proxies)
    _register_sign_in(app)
    access.register(app)
    filters.register(app)
    with app.app_context():
        audit.register()
    app.extensions["refused_access"] = audit.record_refusal
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.register(app)

    @app.context_processor
    def page_frame() -> dict[str, object]:
        signed_in = current_user.is_authenticated
        return {"demo_mode": config.demo, "navigation": navigation(current_user, request.path) if signed_in else []}

    return app


def _register_sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the server-side session row is the protection
    manager.user_loader(accounts.user_of_session)
    manager.unauthorized_handler(access.ask_to_sign_in)
