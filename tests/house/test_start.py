"""start.py: its pure parts, and one real start and stop of the whole application."""

from __future__ import annotations

import ast
import http.client
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


start = loaded()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refusal(action: str, *arguments: object) -> tuple[str, int]:
    with pytest.raises(start.Refused) as caught:
        getattr(start, action)(*arguments)
    return str(caught.value), caught.value.code


# ── Arguments, version, port ──


def test_options_without_arguments() -> None:
    options = start.read_options([])
    assert (options.port, options.data, options.browser) == (8000, None, True)


def test_options_make_the_data_folder_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = start.read_options(["--port=8123", "--data", "office", "--no-browser"])
    assert (options.port, options.data, options.browser) == (8123, str(tmp_path / "office"), False)


@pytest.mark.parametrize("value", ["0", "65536", "восемь", "-1"])
def test_options_refuse_a_port_out_of_range(value: str) -> None:
    assert refusal("read_options", ["--port", value]) == (f"Порт – число от 1 до 65535, а не «{value}».", 2)


@pytest.mark.parametrize("arguments", [["--prot", "1"], ["serve"], ["--no-browser=1"], ["--data"]])
def test_options_refuse_what_they_do_not_know(arguments: list[str]) -> None:
    name = arguments[0].partition("=")[0]
    assert refusal("read_options", arguments) == (f"Непонятный аргумент: {name}.\n{start.USAGE}", 2)


def test_old_python_is_refused_in_russian() -> None:
    sentence, code = refusal("check_python", (3, 9))
    assert code == 1
    assert sentence.startswith("Нужен Python 3.11 или новее, а этот – 3.9:")
    start.check_python((3, 11))
    start.check_python((3, 14))


def test_old_python_can_still_read_the_file() -> None:
    """Otherwise its user would see a SyntaxError instead of the sentence."""
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_taken_port_is_refused_with_a_way_out(busy_port: int) -> None:
    sentence, code = refusal("check_port", busy_port)
    assert code == 2
    assert sentence.startswith(f"Порт {busy_port} занят:")
    assert sentence.endswith(f"python3 start.py --port {busy_port % 65535 + 1}.")


def test_free_port_is_accepted() -> None:
    start.check_port(free_port())


# ── The environment ──


@pytest.mark.parametrize(("system", "path"), [("posix", ".venv/bin/python"), ("nt", ".venv/Scripts/python.exe")])
def test_python_of_each_system(system: str, path: str) -> None:
    assert start.python_of(PurePosixPath(".venv"), system) == PurePosixPath(path)


@pytest.mark.parametrize(
    ("present", "maker"),
    [
        ({"venv", "ensurepip", "virtualenv"}, "venv"),
        ({"venv", "virtualenv"}, "virtualenv"),
        ({"venv"}, None),
        (set(), None),
    ],
)
def test_venv_maker(present: set[str], maker: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: name if name in present else None)
    if maker:
        assert start.venv_maker() == [sys.executable, "-m", maker]
    else:
        assert refusal("venv_maker") == (start.NO_VENV, 1)


def test_half_made_environment_is_rebuilt(tmp_path: Path) -> None:
    """Debian without ensurepip, or a lost connection, leaves an environment without pip."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (venv / "left-over").touch()
    assert not start.is_whole(start.python_of(venv))
    start.make_venv(venv)
    assert start.is_whole(start.python_of(venv))
    assert not (venv / "left-over").exists()


def test_whole_environment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "is_whole", lambda python: True)
    (tmp_path / "kept").touch()
    start.make_venv(tmp_path)
    assert (tmp_path / "kept").exists()


def test_packages_are_installed_only_when_the_list_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    codes = iter([1, 0, 0])

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        calls.append(command[command.index("-r") :])
        return subprocess.CompletedProcess(command, next(codes))

    monkeypatch.setattr(start.subprocess, "run", run)
    first, second = tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt"
    first.write_text("a==1")
    second.write_text("b==1")
    assert refusal("install", [first], tmp_path)[1] == 1
    start.install([first], tmp_path)
    start.install([first], tmp_path)
    first.write_text("a==2")
    start.install([first, second], tmp_path)
    start.install([first, second], tmp_path)
    assert calls == [["-r", str(first)], ["-r", str(first)], ["-r", str(first), "-r", str(second)]]


# ── The children's settings ──


def test_data_folder_of_the_caller_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forced = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    assert start.settings({"ROADMAP_DATA": "office"}, None) == {"ROADMAP_DATA": str(tmp_path / "office"), **forced}
    assert start.settings({"ROADMAP_DATA": "office"}, "/b") == {"ROADMAP_DATA": os.path.abspath("/b"), **forced}
    assert start.settings({"SECRET_KEY": "k"}, None) == {"SECRET_KEY": "k", **forced}


def test_settings_of_an_installation_do_not_reach_the_tests() -> None:
    caller = {
        "PATH": "/bin",
        "CI": "true",
        "TEST_DATABASE_URL": "postgresql+psycopg://localhost/t",
        "ROADMAP_DATA": "/office",
        "ROADMAP_NOW": "2024-01-01T00:00:00",
        "DATABASE_URL": "postgresql+psycopg://localhost/office",
        "REDIS_URL": "redis://localhost",
        "SECRET_KEY": "office",
        "FLASK_APP": "other",
    }
    assert start.test_settings(caller) == {
        "PATH": "/bin",
        "CI": "true",
        "TEST_DATABASE_URL": "postgresql+psycopg://localhost/t",
        "FLASK_SKIP_DOTENV": "1",
        "PYTHONUTF8": "1",
    }


# ── The whole application ──


class Running:
    """start.py in a process group of its own; ``lines`` collects what it prints."""

    def __init__(self, port: int, data: Path) -> None:
        command = [sys.executable, "start.py", "--port", str(port), "--data", str(data), "--no-browser"]
        environ = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("ROADMAP_")}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environ, "PYTHONUTF8": "1"},
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            self.lines.extend(line.rstrip("\n") for line in iter(output.readline, ""))

    def wait_for(self, text: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not any(text in line for line in list(self.lines)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.reader.join(5)
                pytest.fail("start.py did not start:\n" + "\n".join(self.lines), pytrace=False)
            time.sleep(0.05)

    def group_is_alive(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def seconds_to_end(self, limit: float) -> float:
        """Until the last process of the group is gone; at most ``limit``."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            if self.process.poll() is not None and not self.group_is_alive():
                break
            time.sleep(0.01)
        return time.monotonic() - began


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    port = free_port()
    application = Running(port, tmp_path / "data")
    try:
        application.wait_for(f"Программа открыта по адресу http://127.0.0.1:{port}/")
        yield application, port
    finally:
        if application.group_is_alive():
            os.killpg(application.process.pid, signal.SIGKILL)
        application.process.wait()
        application.reader.join(5)


def health(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()


def ready(port: int, seconds: float = 15) -> dict[str, str]:
    """What /readyz says once the worker's first round is over (or when the time is)."""
    end = time.monotonic() + seconds
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        try:
            connection.request("GET", "/readyz")
            answer: dict[str, str] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if answer["status"] == "ok" or time.monotonic() > end:
            return answer
        time.sleep(0.2)


@pytest.mark.sqlite_only
@pytest.mark.skipif(
    os.name == "nt", reason="process groups and signals are POSIX; on Windows start.py ends its children"
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_serves_and_a_signal_to_its_group_ends_everything(
    number: signal.Signals, running: tuple[Running, int]
) -> None:
    application, port = running
    assert health(port) == 200
    assert ready(port) == {"status": "ok", "database": "ok", "disk": "ok", "worker": "ok", "backup": "not_configured"}
    os.killpg(application.process.pid, number)
    assert application.seconds_to_end(4) < 2
    assert application.process.returncode == 0
    application.reader.join(5)
    assert application.lines[-1] == "Остановлено."
    start.check_port(port)


@pytest.mark.sqlite_only
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL and process groups are POSIX")
def test_children_leave_when_start_is_killed(running: tuple[Running, int]) -> None:
    application, port = running
    application.process.kill()
    assert application.seconds_to_end(6) < 4
    start.check_port(port)
