"""``python3 start.py`` runs the application, ``python3 start.py test`` tests it; the standard library only.

Everything it needs lives in ``.venv`` beside this file. Exit codes: 0 ended by the user, 1 a step or a child
failed, 2 wrong arguments or a taken port.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
HOST = "127.0.0.1"
OLDEST_PYTHON = (3, 11)
SECONDS_TO_ANSWER = 90
SECONDS_TO_STOP = 1.2
USAGE = """\
Как запускать:
  python3 start.py [--port 8000] [--data ПАПКА] [--no-browser]   запустить программу
  python3 start.py test [аргументы pytest]                       запустить тесты"""
NO_VENV = (
    "В Python нет модулей venv и ensurepip, без них нельзя создать окружение .venv. "
    "В Debian и Ubuntu установите их командой «sudo apt install python3-venv» и повторите запуск."
)


class Refused(Exception):
    """Why the start is impossible: one Russian sentence and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


class Options:
    """What the command line asks for; ``data`` is absolute, None keeps the environment's own setting."""

    def __init__(self, port: int = 8000, data: str | None = None, browser: bool = True) -> None:
        self.port = port
        self.data = data
        self.browser = browser


def read_options(arguments: list[str]) -> Options:
    """Raises Refused (code 2) on anything it does not know."""
    options, rest = Options(), list(arguments)
    while rest:
        name, _, value = rest.pop(0).partition("=")
        if name == "--no-browser" and not value:
            options.browser = False
            continue
        if name not in ("--port", "--data") or not (value or rest):
            raise Refused(f"Непонятный аргумент: {name}.\n{USAGE}", 2)
        value = value or rest.pop(0)
        if name == "--data":
            options.data = os.path.abspath(value)
        elif value.isdecimal() and 0 < int(value) < 65536:
            options.port = int(value)
        else:
            raise Refused(f"Порт – число от 1 до 65535, а не «{value}».", 2)
    return options


def check_python(version: tuple[int, ...]) -> None:
    """Raises Refused when the interpreter is older than the packages need."""
    if version < OLDEST_PYTHON:
        raise Refused(
            "Нужен Python 3.11 или новее, а этот – {}.{}: установите новый с python.org "
            "или из пакетов системы и повторите запуск.".format(*version[:2])
        )


def check_port(port: int) -> None:
    """Raises Refused (code 2) when the server could not listen there."""
    with socket.socket() as probe:
        # Fading connections leave a port free; on Windows the flag would let two servers share one.
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refused(
                    f"Порт {port} занят: закройте программу, которая его держит, "
                    f"или укажите другой: python3 start.py --port {port % 65535 + 1}.",
                    2,
                ) from None
            raise Refused(f"Порт {port} открыть нельзя: укажите другой ключом --port.", 2) from None


# ── The environment ──


def python_of(venv: Path, system: str = os.name) -> Path:
    """The interpreter inside a virtual environment; ``system`` is os.name."""
    return venv / "Scripts" / "python.exe" if system == "nt" else venv / "bin" / "python"


def is_whole(python: Path) -> bool:
    """Whether the environment runs, is new enough and has pip: an interrupted creation leaves it without."""
    if not python.exists():
        return False
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([python, "-c", check], capture_output=True).returncode == 0
    except OSError:  # the interpreter it was made from is gone
        return False


def venv_maker() -> list[str]:
    """The command that makes a virtual environment; Debian ships venv without ensurepip."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return [sys.executable, "-m", "venv"]
    if importlib.util.find_spec("virtualenv"):
        return [sys.executable, "-m", "virtualenv"]
    raise Refused(NO_VENV)


def make_venv(venv: Path) -> None:
    """Makes the environment anew unless it is whole."""
    if is_whole(python_of(venv)):
        return
    command = venv_maker()
    say("Создаю окружение .venv …")
    shutil.rmtree(venv, ignore_errors=True)
    if subprocess.run([*command, str(venv)]).returncode or not is_whole(python_of(venv)):
        raise Refused(f"Не удалось создать окружение {venv}: сообщение об ошибке – выше.")


def stamp_of(requirements: Path, venv: Path) -> Path:
    """The file that keeps the digest of the list installed last."""
    return venv / f".installed-{requirements.stem}"


def digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def is_installed(requirements: Path, venv: Path) -> bool:
    stamp = stamp_of(requirements, venv)
    return stamp.exists() and stamp.read_text(encoding="ascii") == digest(requirements)


def install(lists: list[Path], venv: Path) -> None:
    """Installs the lists that changed since the last time; a stamp is written only after a success."""
    changed = [path for path in lists if not is_installed(path, venv)]
    if not changed:
        return
    say("Устанавливаю пакеты: {} …".format(", ".join(path.name for path in changed)))
    command = [str(python_of(venv)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for path in changed:
        command += ["-r", str(path)]
    if subprocess.run(command, cwd=ROOT).returncode:
        raise Refused("Не удалось установить пакеты: проверьте подключение к сети и повторите запуск.")
    for path in changed:
        stamp_of(path, venv).write_text(digest(path), encoding="ascii")


# ── Running ──


def settings(environ: dict[str, str], data: str | None) -> dict[str, str]:
    """The children's environment: ROADMAP_DATA absolute, since they run in the project's folder.

    ROADMAP_MODE is left to the application, which alone sees what the database holds.
    """
    result = {**environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    chosen = data or environ.get("ROADMAP_DATA")
    if chosen:
        result["ROADMAP_DATA"] = os.path.abspath(chosen)
    return result


def test_settings(environ: dict[str, str]) -> dict[str, str]:
    """The caller's environment without the settings of an installation: tests must not touch its data."""
    own = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    kept = {k: v for k, v in environ.items() if k not in own and not k.startswith(("ROADMAP_", "FLASK_"))}
    return {**kept, "FLASK_SKIP_DOTENV": "1", "PYTHONUTF8": "1"}


def flask(*arguments: str) -> list[str]:
    return [str(python_of(VENV)), "-m", "flask", "--app", "wsgi", *arguments]


def serve(options: Options) -> int:
    """Runs until Ctrl+C or SIGTERM (0) or until a child dies (1)."""
    check_port(options.port)
    make_venv(VENV)
    install([ROOT / "requirements.txt"], VENV)
    environ = settings(dict(os.environ), options.data)
    for step in (("db", "upgrade"), ("demo", "load", "--if-empty")):
        if subprocess.run(flask(*step), cwd=ROOT, env=environ).returncode:
            raise Refused("Не удалось подготовить базу данных: сообщение об ошибке – выше.")
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in (("worker", ["worker"]), ("serve", ["serve", "--port", str(options.port)])):
            # The pipe closes when this process is gone, however it ended; the child sees that and leaves too.
            children[name] = subprocess.Popen(
                flask(*command, "--exit-with-parent"), cwd=ROOT, env=environ, stdin=subprocess.PIPE
            )
        wait_for_answer(options.port, children)
        welcome(options)
        while True:
            refuse_dead(children)
            time.sleep(0.2)
    finally:
        stop(list(children.values()))


def refuse_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raises Refused when a child has ended by itself."""
    titles = {"worker": "Фоновый обработчик", "serve": "Веб-сервер"}
    for name, child in children.items():
        if child.poll() is not None:
            time.sleep(0.3)  # a signal to the whole group may reach the child first: then ours interrupts here
            raise Refused(f"{titles[name]} завершился сам (код {child.returncode}), остальное остановлено.")


def answers(port: int) -> bool:
    """Whether the server says it is healthy; never through a proxy."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_for_answer(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raises Refused when a child dies first or SECONDS_TO_ANSWER pass."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not answers(port):
        refuse_dead(children)
        if time.monotonic() > deadline:
            raise Refused(f"Веб-сервер не ответил за {SECONDS_TO_ANSWER} секунд.")
        time.sleep(0.1)


def welcome(options: Options) -> None:
    address = f"http://{HOST}:{options.port}/"
    say(f"Программа открыта по адресу {address}")
    say("В демонстрационном режиме входите как specialist, head-1, curator-1, methodist, pds или admin.")
    say("Пароль у всех: demo-2026.")
    say("Остановить: Ctrl+C.")
    # Without a screen Python would open a text browser right in this terminal.
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if options.browser and screen:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ends the children politely, then by force; a second Ctrl+C must not leave one behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def test(arguments: list[str]) -> int:
    """Runs pytest and returns its exit code; Ctrl+C is pytest's to answer, it prints its summary then."""
    make_venv(VENV)
    install([ROOT / "requirements.txt", ROOT / "requirements-dev.txt"], VENV)
    command = [str(python_of(VENV)), "-m", "pytest", *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=test_settings(dict(os.environ)))
    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


def say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    # Also where the shell had Ctrl+C ignored (a background job); SIGTERM ends the same way.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        check_python(sys.version_info[:2])
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        if arguments in (["-h"], ["--help"]):
            say(USAGE)
            return 0
        return serve(read_options(arguments))
    except Refused as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return refusal.code
    except KeyboardInterrupt:
        say("Остановлено.")
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
