"""The developer's one command: what it decides, without installing anything."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dev


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with both requirement files, and an environment that was only just made."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    (tmp_path / dev.RUNNING).write_text("one==1\n")
    (tmp_path / dev.EVERYTHING).write_text("one==1\ntwo==2\n")
    monkeypatch.setattr(dev, "make_environment", lambda: make_environment(tmp_path))
    make_environment(tmp_path)
    return tmp_path


def make_environment(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.unlink(missing_ok=True)
    python.symlink_to(sys.executable)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requirement files that were installed, in order."""
    files: list[str] = []
    monkeypatch.setattr(dev, "pip_install", files.append)
    return files


def without(monkeypatch: pytest.MonkeyPatch, *modules: str, path: Path) -> None:
    """Make these modules unknown, and leave only `path` to find programs on."""
    have = dev.has_module
    monkeypatch.setattr(dev, "has_module", lambda name: name not in modules and have(name))
    monkeypatch.setenv("PATH", str(path))


def give(folder: Path, program: str) -> str:
    """Put a program of this name into the folder."""
    path = folder / program
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_second_preparation_installs_nothing(project: Path, installed: list[str]) -> None:
    dev.prepare(dev.RUNNING)
    dev.prepare(dev.RUNNING)

    assert installed == [dev.RUNNING]


def test_what_tests_need_covers_what_running_needs(project: Path, installed: list[str]) -> None:
    dev.prepare(dev.EVERYTHING)
    dev.prepare(dev.RUNNING)

    assert installed == [dev.EVERYTHING]


def test_what_running_needs_does_not_cover_tests(project: Path, installed: list[str]) -> None:
    dev.prepare(dev.RUNNING)
    dev.prepare(dev.EVERYTHING)
    dev.prepare(dev.RUNNING)

    assert installed == [dev.RUNNING, dev.EVERYTHING]


def test_changed_requirements_are_installed(project: Path, installed: list[str]) -> None:
    dev.prepare(dev.RUNNING)
    (project / dev.RUNNING).write_text("one==1.1\n")
    dev.prepare(dev.RUNNING)

    assert installed == [dev.RUNNING, dev.RUNNING]


def test_another_python_installs_anew(
    project: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.prepare(dev.RUNNING)
    monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-399")
    dev.prepare(dev.RUNNING)

    assert installed == [dev.RUNNING, dev.RUNNING]


def test_an_interrupted_installation_starts_from_an_empty_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(dev, "pip_install", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dev.prepare(dev.RUNNING)

    monkeypatch.setattr(dev, "pip_install", lambda _: None)
    monkeypatch.setattr(dev, "make_environment", lambda: made.append("again"))
    dev.prepare(dev.RUNNING)

    assert made == ["again"]


def interrupt(_: str) -> None:
    raise KeyboardInterrupt


def test_an_environment_without_its_python_is_made_again(
    project: Path, installed: list[str]
) -> None:
    dev.prepare(dev.RUNNING)
    dev.venv_python().unlink()
    dev.prepare(dev.RUNNING)

    assert dev.venv_python().exists()
    assert installed == [dev.RUNNING, dev.RUNNING]


@pytest.mark.matrix
def test_two_at_once_install_once(project: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib, dev\n"
        "dev.ROOT = pathlib.Path(sys.argv[1]); dev.VENV = dev.ROOT / '.venv'\n"
        "dev.pip_install = lambda _: print('installed')\n"
        "dev.prepare(dev.RUNNING)\n"
    )
    command = [sys.executable, "-c", script, str(project)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(dev.__file__).parent)
        for _ in range(2)
    ]

    output = "".join(process.communicate()[0] for process in both)

    assert output.splitlines().count("installed") == 1


def test_the_environment_is_made_with_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "venv" in dev.environment_maker()


def test_without_ensurepip_virtualenv_makes_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "ensurepip", "virtualenv", path=tmp_path)
    virtualenv = give(tmp_path, "virtualenv")
    give(tmp_path, "uv")

    assert dev.environment_maker()[0] == virtualenv


def test_without_virtualenv_uv_makes_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "venv", "virtualenv", path=tmp_path)
    uv = give(tmp_path, "uv")

    assert dev.environment_maker()[:2] == [uv, "venv"]


@pytest.mark.parametrize(
    ("programs", "line"),
    [
        (["apt-get"], f"apt install python3.{sys.version_info.minor}-venv"),
        ([], "-m pip install --user virtualenv"),
    ],
)
def test_with_nothing_to_make_it_the_line_to_type_is_told(
    programs: list[str], line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "venv", "virtualenv", path=tmp_path)
    for program in programs:
        give(tmp_path, program)

    with pytest.raises(dev.Trouble, match=line):
        dev.environment_maker()


def test_a_failed_installation_is_one_clear_line(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = project / "pip"
    failing.write_text(
        "#!/bin/sh\necho 'WARNING: retrying' >&2\necho 'ERROR: no route' >&2\nexit 1\n"
    )
    failing.chmod(0o755)
    monkeypatch.setattr(dev, "is_sound", lambda: True)
    monkeypatch.setattr(dev, "venv_python", lambda: failing)

    assert dev.main(["setup"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "ERROR: no route" in error
    assert "network" in error


@pytest.mark.matrix
def test_an_environment_whose_making_was_interrupted_is_made_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    dev.make_environment()
    assert dev.is_sound()

    dev.made().unlink()

    assert not dev.is_sound()


def test_an_old_python_can_read_the_file_and_is_turned_away_in_one_line() -> None:
    path = Path(dev.__file__)
    ast.parse(path.read_text(), feature_version=(3, 6))
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1])"

    done = subprocess.run(
        [sys.executable, "-c", pretend, str(path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("dev.py needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1


def test_an_unknown_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["dance"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("There is no command dance.")
    assert "test-all" in said


def test_every_command_is_in_the_help() -> None:
    assert all(f"\n  {name} " in str(dev.__doc__) for name in dev.COMMANDS)


def test_tests_leave_out_the_fault_matrix_and_pass_arguments_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[tuple[str, ...]] = []

    def become(*command: str) -> int:
        ran.append(command)
        return 5

    monkeypatch.setattr(dev, "prepare", lambda _: None)
    monkeypatch.setattr(dev, "become", become)

    assert dev.main(["test", "-k", "likes"]) == 5
    assert ran[0][-4:] == ("-m", "not matrix", "-k", "likes")
    assert dev.main(["test-all"]) == 5
    assert "not matrix" not in ran[1]


def test_modules_apart_take_all_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []
    monkeypatch.setattr(dev, "prepare", prepared.append)
    monkeypatch.setattr(
        dev, "become", lambda *command: 0 if command == ("-m", "app.deployment.local_split") else 1
    )

    assert dev.main(["split"]) == 0
    assert prepared == [dev.EVERYTHING]
