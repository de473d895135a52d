"""Config, clock, storage, uploads, transactions."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import factories
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, StatementError
from werkzeug.datastructures import FileStorage

from roadmap import clock, storage
from roadmap.config import Config, ConfigError
from roadmap.database import begin_reading, db
from roadmap.errors import Invalid, TooLarge
from roadmap.schools.models import Municipality
from roadmap.uploads import SCANS, FileKind, read_upload, safe_name
from roadmap.web import download, local_target

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


# Config


def _environment(tmp_path, **more):
    return {"ROADMAP_DATA": str(tmp_path), **more}


def test_the_secret_is_made_once_and_kept(tmp_path):
    first = Config.from_environment(_environment(tmp_path))
    second = Config.from_environment(_environment(tmp_path))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert oct((tmp_path / "secret_key").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"ROADMAP_MODE": "test"}, "ROADMAP_MODE должен быть demo или production, а не «test»."),
        (
            {"ROADMAP_MODE": "production"},
            "Задайте ROADMAP_URL – публичный адрес сервера, например https://roadmap.example.ru.",
        ),
        (
            {"ROADMAP_MODE": "production", "SECRET_KEY": "dev", "ROADMAP_URL": "https://a.example"},
            "SECRET_KEY слишком простой: задайте не менее 16 случайных знаков.",
        ),
        (
            {"ROADMAP_MODE": "production", "ROADMAP_NOW": "2026-01-01", "ROADMAP_URL": "https://a.example"},
            "ROADMAP_NOW разрешён только в демонстрационном режиме.",
        ),
        ({"ROADMAP_NOW": "вчера"}, "ROADMAP_NOW: ожидается время ISO 8601, а не «вчера»."),
        ({"ROADMAP_TIMEZONE": "Mars"}, "ROADMAP_TIMEZONE: неизвестный часовой пояс «Mars»."),
        ({"ROADMAP_PROXIES": "-1"}, "ROADMAP_PROXIES: ожидается целое число, а не «-1»."),
    ],
)
def test_a_wrong_setting_is_said_in_one_sentence(tmp_path, more, sentence):
    with pytest.raises(ConfigError) as refusal:
        Config.from_environment(_environment(tmp_path, **more))
    assert str(refusal.value) == sentence


# Clock


def test_today_turns_at_the_offices_midnight(context, at):
    at(2026, 6, 10, 23, 59)
    assert clock.today() == date(2026, 6, 10)
    assert clock.now().astimezone(UTC).date() == date(2026, 6, 10)
    at(2026, 6, 11, 0, 0)
    assert clock.today() == date(2026, 6, 11)
    assert clock.now().date() == date(2026, 6, 10)


def test_the_set_clock_runs_on(context):
    clock.clock().set(datetime(2026, 6, 3, 10, tzinfo=ZoneInfo("Asia/Krasnoyarsk")))
    first = clock.now()
    assert clock.now() > first


# Storage


def test_stored_bytes_come_back_and_damage_is_found(context):
    sha256 = storage.put(b"content")
    assert storage.get(sha256) == b"content"
    assert storage.put(b"content") == sha256
    assert list(storage.damaged()) == []
    storage._path(sha256).write_bytes(b"altered")
    assert list(storage.damaged()) == [sha256]
    with pytest.raises(storage.Damaged):
        storage.get(sha256)
    storage._path(sha256).unlink()
    assert list(storage.damaged()) == [sha256]


# Transactions


def test_a_reading_transaction_refuses_to_write(context):
    db.session.rollback()
    begin_reading()
    municipality = db.session.scalars(select(Municipality)).first()
    municipality.name = "Другой"
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()


def test_a_writing_transaction_follows_a_reading_one(context):
    db.session.rollback()
    begin_reading()
    db.session.scalars(select(Municipality)).all()
    db.session.rollback()
    municipality = db.session.scalars(select(Municipality)).first()
    municipality.name = "Другой"
    db.session.flush()
    assert municipality.name == "Другой"


def test_a_naive_moment_is_refused(context):
    factories.user("head").created_at = datetime(2026, 1, 1)
    with pytest.raises(StatementError):
        db.session.flush()


# Uploads


def _upload(content: bytes, name: str = "скан.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def _docx(extra: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Override ContentType="{FileKind.DOCX.value}.main+xml"/>')
        if extra:
            archive.writestr(extra, "x")
    return stream.getvalue()


def test_the_kind_of_an_upload_is_told_by_its_content():
    assert read_upload(_upload(PNG, "документ.pdf"), SCANS).media_type == "image/png"
    assert read_upload(_upload(PDF), SCANS).media_type == "application/pdf"
    assert read_upload(_upload(_docx()), (FileKind.DOCX,)).media_type == FileKind.DOCX.value
    assert read_upload(FileStorage(io.BytesIO(b""), filename=""), SCANS) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Файл пустой. Выберите другой файл."),
        (PDF[:-7], "Файл повреждён или загружен не до конца. Откройте его на своём компьютере и отправьте снова."),
        (PNG[:-12], "Файл повреждён или загружен не до конца. Откройте его на своём компьютере и отправьте снова."),
        (b"MZ\x90", "Файл этого вида не принимается. Подойдёт PDF, JPEG, PNG."),
        (b"<svg onload=alert(1)>", "Файл этого вида не принимается. Подойдёт PDF, JPEG, PNG."),
        (_docx(), "Файл этого вида не принимается. Подойдёт PDF, JPEG, PNG."),
    ],
)
def test_what_is_not_accepted_is_said(content, sentence):
    with pytest.raises(Invalid) as refusal:
        read_upload(_upload(content), SCANS)
    assert refusal.value.message == sentence


def test_macros_under_a_plain_name_are_refused():
    with pytest.raises(Invalid):
        read_upload(_upload(_docx("word/vbaProject.bin"), "a.docx"), (FileKind.DOCX,))


def test_too_large_a_file_is_said():
    with pytest.raises(TooLarge) as refusal:
        read_upload(_upload(PDF + b"0" * 100), SCANS, limit=50)
    assert refusal.value.status == 413


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\скан.pdf", "скан.pdf"),
        ("скан\u202efdp.exe\n", "сканfdp.exe"),
        (" .скан. ", "скан"),
        ("", "file"),
    ],
)
def test_file_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


# The edge


@pytest.mark.parametrize("name", ["справка «5.3».docx", 'a"b\r\nSet-Cookie: x=1.docx', "отчёт/../x.docx", ""])
def test_downloads_have_one_clean_header(app, name):
    with app.test_request_context():
        header = download(b"x", name, "application/pdf").headers["Content-Disposition"]
    assert "\n" not in header
    assert header.startswith("attachment; filename=")
    assert "filename*=UTF-8''" in header


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "\t//evil",
        "/\t/evil",
        "http://evil",
        "evil",
        "",
        None,
        "/%0d\n",
    ],
)
def test_next_stays_on_this_server(target):
    assert local_target(target) == "/"


def test_next_may_be_a_page_with_a_query():
    assert local_target("/queue?state=all") == "/queue?state=all"
