"""Each import rule, broken once by a module born a moment ago, is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINT = "from importlinter.cli import lint_imports_command as run; run()"

# Of the real project the files are there, empty but for what shows that the rules allow it.
PROJECT = {
    "app/container.py": "import bus, bus.transports.rabbitmq, modules\n",
    "bus/__init__.py": "import bus.participant, bus.events.event, bus.transports.memory\n",
    "bus/participant.py": "import sqlalchemy\n",
    "bus/relay.py": "import bus.participant\n",
    "bus/transports/__init__.py": "import bus.transports.memory\n",
    "bus/transports/memory.py": "import sqlalchemy\n",
    "bus/transports/rabbitmq/reconnecting.py": "import pika\n",
    "web/__init__.py": "import litestar\n",
    "modules/__init__.py": "import bus, web, dependency_injector\n",
}
MODULE = {
    "__init__.py": "",
    "published.py": "import bus\n",
    "consumed.py": "import bus\n",
    "domain.py": "",
    "tables.py": "import sqlalchemy\nfrom . import domain\n",
    "bodies.py": "import web\nfrom . import domain\n",
    "service.py": "from . import domain, published, tables\n",
    "reactions.py": "from . import consumed, tables, service\n",
    "api.py": "import litestar, web\nfrom . import service\n",
    "pages.py": "import litestar, web\nfrom . import service\n",
    "module.py": "import modules\nfrom . import api, pages, reactions, tables\n",
}

BREACHES = [
    ("app/container.py", "import modules.newborn.module", "names no module"),
    ("app/container.py", "import modules.newborn", "names no module"),
    ("app/server/serve.py", "import bus.transports.memory", "chooses a transport"),
    ("app/server/serve.py", "import bus.transports.rabbitmq", "chooses a transport"),
    ("modules/newborn/module.py", "import bus.transports.rabbitmq", "chooses a transport"),
    ("modules/newborn/service.py", "import app.container", "The host uses"),
    ("web/session.py", "import modules.newborn.domain", "The host uses"),
    ("bus/relay.py", "import modules.newborn.tables", "The host uses"),
    ("bus/relay.py", "import web", "The host uses"),
    ("bus/relay.py", "import litestar", "no web framework"),
    ("bus/relay.py", "import dependency_injector", "no web framework"),
    ("bus/relay.py", "import pika", "knows its broker's client"),
    ("bus/relay.py", "import bus.transports.rabbitmq.reconnecting", "chooses a transport"),
    ("app/server/serve.py", "import pika", "knows its broker's client"),
    ("bus/events/event.py", "import bus.participant", "Inside the bus"),
    ("bus/participant.py", "import bus.relay", "Inside the bus"),
    ("bus/helpers.py", "", "Inside the bus"),
    ("app/settings.py", "import app.container", "Inside the app"),
    ("app/helpers.py", "", "Inside the app"),
    ("app/operations/local.py", "import app.operations.directory", "the operator's view"),
    ("app/operations/helpers.py", "", "the operator's view"),
    ("app/cli/setup.py", "import app.operations.http.api", "mounts the operator's routes"),
    ("app/container.py", "import bus.participant", "public interfaces"),
    ("modules/newborn/service.py", "import bus.events.event", "public interfaces"),
    ("web/session.py", "import bus.storage.tables", "public interfaces"),
    ("modules/newborn/consumed.py", "import modules.products.published", "never import one"),
    ("modules/products/service.py", "import modules.newborn.service", "never import one"),
    ("modules/newborn/helpers.py", "", "Inside a module"),
    ("modules/newborn/domain.py", "from . import tables", "Inside a module"),
    ("modules/newborn/tables.py", "from . import service", "Inside a module"),
    ("modules/newborn/service.py", "from . import reactions", "Inside a module"),
    ("modules/newborn/pages.py", "from . import api", "Inside a module"),
    ("modules/newborn/published.py", "from . import consumed", "Inside a module"),
    ("modules/newborn/api.py", "from . import module", "Inside a module"),
    ("modules/newborn/domain.py", "import litestar", "Rules and events"),
    ("modules/newborn/domain.py", "import sqlalchemy.orm", "Rules and events"),
    ("modules/newborn/published.py", "import pika", "Rules and events"),
    ("modules/newborn/consumed.py", "import dependency_injector", "Rules and events"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project under the real contracts, whose module `newborn` no contract names."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("app", "bus", "web"):
        for path in (ROOT / package).rglob("*.py"):
            write(tmp_path / path.relative_to(ROOT), "")
    newborn = {f"modules/newborn/{file}": code for file, code in MODULE.items()}
    products = {f"modules/products/{file}": code for file, code in MODULE.items()}
    for file, code in {**PROJECT, **products, **newborn}.items():
        write(tmp_path / file, code)
    return tmp_path


def write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(code + "\n")


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def broken(output: str) -> list[str]:
    return [line for line in output.splitlines() if " BROKEN" in line]


def test_a_module_that_keeps_the_rules_passes(project: Path) -> None:
    done = lint(project)

    assert done.returncode == 0, done.stdout


def test_a_module_needs_a_front_door(project: Path) -> None:
    (project / "modules/newborn/module.py").unlink()

    done = lint(project)

    assert done.returncode != 0
    assert "Missing layer in container 'modules.newborn'" in done.stdout


def test_a_module_needs_little_else(project: Path) -> None:
    shutil.rmtree(project / "modules/newborn")
    for file in ("__init__.py", "module.py", "reactions.py"):
        write(project / "modules/newborn" / file, "")

    assert lint(project).returncode == 0


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES)
def test_a_breach_is_noticed(project: Path, file: str, line: str, contract: str) -> None:
    write(project / file, line)

    done = lint(project)

    assert done.returncode == 1
    assert any(contract in name for name in broken(done.stdout)), done.stdout
