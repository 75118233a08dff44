"""The modules of this installation: a front door for each folder of modules/."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bus import DeclarationError
from modules import Module


def front_doors(folders: Iterable[str]) -> Mapping[str, Module[Any]]:
    """The front door of each of these folders of modules/, in the order of the alphabet.

    Raises DeclarationError where there is none.
    """
    return {name: _front_door(name) for name in sorted(folders)}


def _front_door(name: str) -> Module[Any]:
    file = f"modules/{name}/module.py"
    if not name.isidentifier():
        raise DeclarationError(f"{name}: a folder of modules/ needs a name that Python can import")
    if find_spec(f"modules.{name}.module") is None:
        raise DeclarationError(
            f"{name}: the folder modules/{name} has no front door: write {file}, "
            "which ends in MODULE = Module(…) (docs/modules.md), or delete the folder"
        )
    try:
        door = getattr(import_module(f"modules.{name}.module"), "MODULE", None)
    except (ImportError, TypeError, NameError, AttributeError) as error:
        raise DeclarationError(f"{name}: {file} cannot be used: {error}") from error
    if not isinstance(door, Module):
        raise DeclarationError(f"{name}: {file} has no MODULE: end it in MODULE = Module(…)")
    return door


FOLDER = Path(__file__).parent.parent / "modules"


def _folders() -> Iterable[str]:
    # A deleted module may leave compiled files behind.
    for folder in set(FOLDER.iterdir()) - {FOLDER / "__pycache__"}:
        if folder.is_dir() and any(each.name != "__pycache__" for each in folder.iterdir()):
            yield folder.name


MODULES = front_doors(_folders())
"""Every module there is, whether this process hosts it or not."""

MODULE_NAMES = tuple(MODULES)
