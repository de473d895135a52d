"""Signing in and out, passwords, people."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from roadmap import clock
from roadmap.access import Action, Role, grants, public
from roadmap.accounts import service
from roadmap.accounts.forms import (
    ChangePasswordForm,
    InvitationForm,
    NewPasswordForm,
    PersonForm,
    SignInForm,
    invitation_form,
)
from roadmap.accounts.models import User
from roadmap.accounts.queries import people as list_people
from roadmap.errors import BadRequest, Invalid
from roadmap.schools.queries import school_by_code, schools_of
from roadmap.web import local_target, page, posted_version, redirect_to, see_other

bp = Blueprint("accounts", __name__)


class DemoAccount(NamedTuple):
    username: str
    title: str
    subtitle: str


DEMO_ACCOUNTS = (
    DemoAccount("head-1", "руководитель школы", "заполнить июньский отчёт, подписать справку"),
    DemoAccount("curator-1", "куратор той же школы", "подготовить отчёт и передать руководителю"),
    DemoAccount("methodist", "методист ИМО", "проверить очередь отчётов"),
    DemoAccount("specialist", "главный специалист", "сводная справка, журнал, школы и люди"),
    DemoAccount("admin", "администратор", "учётные записи и журнал действий"),
)


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(request.form if request.method == "POST" else None)
    error, status = None, 200
    if request.method == "POST":
        status = 422
        before = current_user.session_token if current_user.is_authenticated else ""
        if form.validate():
            try:
                user = service.sign_in(form.username.data, form.password.data or "", request.remote_addr or "")
            except (service.WrongPassword, service.TooManyAttempts) as refusal:
                error, status = refusal.message, refusal.status
            else:
                service.end_session(before)
                session.clear()
                login_user(user)
                return see_other(local_target(request.args.get("next")))
    return page(
        "accounts/sign_in",
        status,
        form=form,
        error=error,
        demo_accounts=DEMO_ACCOUNTS if current_app.config["ROADMAP"].demo else (),
    )


@bp.post("/logout")
@grants(Action.BE_SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    service.sign_out(current_user)
    logout_user()
    session.clear()
    return redirect_to("accounts.sign_in", "Вы вышли из системы.")


@bp.route("/account/password", methods=["GET", "POST"])
@grants(Action.BE_SIGNED_IN)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        if form.validate():
            user = current_user._get_current_object()
            try:
                service.change_password(user, form.old.data or "", form.password.data or "")
                service.open_session(user)
                login_user(user)
                return redirect_to("boards.desk", "Пароль изменён. На других устройствах нужно войти заново.")
            except service.WrongOldPassword as refusal:
                form.old.errors = [refusal.message]
            except Invalid as refusal:
                form.password.errors = [refusal.message]
        return page("accounts/change_password", 422, form=form)
    return page("accounts/change_password", form=form)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """The one-time link: NotFound for a used, expired or invented one."""
    user = service.user_of_link(token)
    form = NewPasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        if form.validate():
            try:
                service.use_link(token, form.password.data or "")
                words = f"Пароль задан. Теперь войдите: имя пользователя – {user.username}."
                return redirect_to("accounts.sign_in", words)
            except Invalid as refusal:
                form.password.errors = [refusal.message]
        return page("accounts/set_password", 422, form=form, user=user)
    return page("accounts/set_password", form=form, user=user)


@bp.get("/people")
@grants(Action.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    everybody = list_people(current_user)
    show = request.args.get("show", "active")
    groups = {
        "active": [person for person in everybody if person.active],
        "waiting": [person for person in everybody if person.active and not person.password_hash],
        "inactive": [person for person in everybody if not person.active],
    }
    if show not in groups:
        raise BadRequest("Ссылка на список людей повреждена. Откройте раздел «Люди» заново.")
    return page("accounts/people", people=groups[show], show=show, counts={key: len(groups[key]) for key in groups})


@bp.route("/people/new", methods=["GET", "POST"])
@grants(Action.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    schools = schools_of(current_user.municipality_id)
    form_class = invitation_form([(school.code, school.short_name) for school in schools])
    if request.method == "POST":
        form = form_class(request.form)
        if form.validate():
            try:
                return _link_page(_invite(form))
            except Invalid as refusal:
                _blame(form, refusal)
        return page("accounts/invite", 422, form=form)
    return page("accounts/invite", form=form_class.of({"school": request.args.get("school")}))


@bp.route("/people/<uuid:user_id>", methods=["GET", "POST"])
@grants(Action.MANAGE_PEOPLE, User)
def person(user: User) -> ResponseReturnValue:
    at_school = user.school_id is not None
    if request.method == "POST":
        form = PersonForm(request.form)
        form.offer(at_school)
        if form.validate():
            details = service.PersonDetails(form.full_name.data, form.post.data or "", form.email.data or "")
            roles = [Role(role) for role in form.roles.data]
            try:
                service.change_person(user, details, roles, posted_version(), current_user)
                return redirect_to("accounts.people", f"Сведения сохранены: {user.short_name}.")
            except Invalid as refusal:
                form.roles.refuse(refusal.message)
        return page("accounts/person", 422, form=form, person=user, version=posted_version())
    form = PersonForm.of(
        {"full_name": user.full_name, "post": user.post, "email": user.email, "roles": sorted(user.roles)}
    )
    form.offer(at_school)
    return page("accounts/person", form=form, person=user, version=user.version)


@bp.post("/people/<uuid:user_id>/active")
@grants(Action.MANAGE_PEOPLE, User)
def set_active(user: User) -> ResponseReturnValue:
    """``active``: 1 or 0. Deactivating ends the person's sessions at once."""
    if (flag := request.form.get("active")) not in ("0", "1"):
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    active = flag == "1"
    service.set_active(user, active, posted_version(), current_user)
    words = "Учётная запись включена" if active else "Учётная запись отключена"
    return redirect_to("accounts.person", f"{words}: {user.short_name}.", user_id=user.id)


@bp.post("/people/<uuid:user_id>/link")
@grants(Action.MANAGE_PEOPLE, User)
def issue_link(user: User) -> ResponseReturnValue:
    return _link_page(user)


def _invite(form: InvitationForm) -> User:
    return service.add_user(
        current_user.municipality_id,
        form.username.data,
        form.full_name.data,
        [Role(role) for role in form.roles.data],
        school=school_by_code(form.school.data) if form.school.data else None,
        post=form.post.data or "",
        email=form.email.data or "",
        actor=current_user,
    )


def _link_page(user: User) -> ResponseReturnValue:
    """Shown once: the server keeps only the token's hash."""
    token = service.issue_link(user, current_user)
    base = current_app.config["ROADMAP"].url or request.host_url.rstrip("/")
    link = base + url_for("accounts.set_password", token=token)
    return page("accounts/link", person=user, link=link, until=clock.now() + service.LINK_LIFE)


def _blame(form: InvitationForm, refusal: Invalid) -> None:
    field = form.username if isinstance(refusal, service.WrongUsername) else form.roles
    field.refuse(refusal.message)
