"""Signing in and out, passwords, people."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from roadmap.access import Action, Role, grants, public
from roadmap.accounts import service
from roadmap.accounts.forms import ChangePasswordForm, InvitationForm, NewPasswordForm, PersonForm, SignInForm
from roadmap.accounts.models import User
from roadmap.accounts.queries import people as list_people
from roadmap.errors import Invalid
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
        if form.validate():
            try:
                user = service.sign_in(form.username.data, form.password.data or "", request.remote_addr or "")
            except (service.WrongPassword, service.TooManyAttempts) as refusal:
                error, status = refusal.message, refusal.status
            else:
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
        if form.validate() and _accepted(form, "old", service.change_password, current_user, form.old.data):
            user = current_user._get_current_object()
            service.open_session(user)
            login_user(user)
            return redirect_to("boards.desk", "Пароль изменён. На других устройствах нужно войти заново.")
        return page("accounts/change_password", 422, form=form)
    return page("accounts/change_password", form=form)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """The one-time link: NotFound for a used or invented one."""
    user = service.user_of_link(token)
    form = NewPasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        if form.validate() and _accepted(form, "password", service.use_link, token):
            return redirect_to("accounts.sign_in", "Пароль задан. Теперь войдите с ним.")
        return page("accounts/set_password", 422, form=form, user=user)
    return page("accounts/set_password", form=form, user=user)


def _accepted(form: NewPasswordForm, field: str, act: Any, *args: Any) -> bool:
    """Runs ``act(*args, new password)``; its refusal becomes the error of ``field``."""
    try:
        act(*args, form.password.data)
    except Invalid as refusal:
        name = field if "Прежний" in refusal.message else "password"
        form[name].errors = [*form[name].errors, refusal.message]
        return False
    return True


@bp.get("/people")
@grants(Action.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    return page("accounts/people", people=list_people(current_user))


@bp.route("/people/new", methods=["GET", "POST"])
@grants(Action.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    form = InvitationForm(request.form if request.method == "POST" else None)
    schools = schools_of(current_user.municipality_id)
    form.school.choices = (("", "– не школа –"), *((school.code, school.short_name) for school in schools))
    if request.method == "POST":
        if form.validate():
            school = school_by_code(form.school.data) if form.school.data else None
            try:
                user = service.add_user(
                    current_user.municipality_id,
                    form.username.data,
                    form.full_name.data,
                    [Role(role) for role in form.roles.data],
                    school=school,
                    post=form.post.data or "",
                    email=form.email.data or "",
                    actor=current_user,
                )
                return _link_page(user)
            except Invalid as refusal:
                _blame(form, refusal)
        return page("accounts/invite", 422, form=form)
    return page("accounts/invite", form=form)


@bp.route("/people/<uuid:user_id>", methods=["GET", "POST"])
@grants(Action.MANAGE_PEOPLE, User)
def person(user: User) -> ResponseReturnValue:
    if request.method == "POST":
        form = PersonForm(request.form)
        if form.validate():
            try:
                service.change_roles(
                    user,
                    [Role(role) for role in form.roles.data],
                    form.active.data,
                    posted_version(),
                    current_user,
                )
                return redirect_to("accounts.people", f"Права обновлены: {user.short_name}.")
            except Invalid as refusal:
                form.roles.refuse(refusal.message)
        return page("accounts/person", 422, form=form, person=user)
    form = PersonForm.of({"roles": sorted(user.roles), "active": user.active})
    return page("accounts/person", form=form, person=user)


@bp.post("/people/<uuid:user_id>/link")
@grants(Action.MANAGE_PEOPLE, User)
def issue_link(user: User) -> ResponseReturnValue:
    return _link_page(user)


def _link_page(user: User) -> ResponseReturnValue:
    """Shown once: the server keeps only the token's hash."""
    token = service.issue_link(user, current_user)
    base = current_app.config["ROADMAP"].url or request.host_url.rstrip("/")
    link = base + url_for("accounts.set_password", token=token)
    return page("accounts/link", person=user, link=link)


def _blame(form: InvitationForm, refusal: Invalid) -> None:
    field = (
        form.username
        if refusal.message.startswith("Имя пользователя")
        else form.school
        if "школ" in refusal.message
        else form.roles
    )
    field.refuse(refusal.message)
