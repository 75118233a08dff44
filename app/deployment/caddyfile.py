"""The route table of one process per module, and the Caddyfile that is made from it.

The table is read off the routes that the modules declare, so a new module needs no entry anywhere.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from litestar.types.internal_types import PathParameterDefinition

from app.deployment.error_page import PAGE, POLICY, PROBLEM
from app.discovery import MODULE_NAMES, MODULES

CADDYFILE = Path(__file__).parents[2] / "docs" / "Caddyfile"

Component = str | PathParameterDefinition

_FILE = """\
# One origin for one process per module. Made from the modules' routes: python -m app docs
# Environment: SITE_ADDRESS and BIND_ADDRESS (where to listen), <MODULE>_ADDRESS (where the module
# answers; several instances with blanks between).
{{
	admin off
	persist_config off
	grace_period 1s
	log {{
		level WARN
		# Of a request that fails nothing is logged but the reason: its path may name a person.
		format filter {{
			wrap console
			request delete
		}}
	}}
}}

(to) {{
	reverse_proxy {{args[:]}} {{
		# Callers notice neither a short restart nor that one of several instances died. One that
		# stands still is soon sent nothing more. (/health/live is not what to ask: a process with a
		# reaction that hangs still answers requests.)
		lb_try_duration 2s
		fail_duration 1s
		health_uri /health
		health_interval 1s
		health_timeout 2s
		transport http {{
			# A stream of events begins with its headers at once, and may then be silent for long.
			response_header_timeout 30s
		}}
		{{block}}
	}}
}}

{{$SITE_ADDRESS:http://:8000}} {{
	bind {{$BIND_ADDRESS:0.0.0.0}}

	# The first line that matches counts.
	map {{path}} {{module}} {{
{table}
		default every
	}}

	# What is said in the place of one that does not answer.
	map {{module}} {{away}} {{
		every "No process of the shop answers."
		default "The process of {{module}} does not answer."
	}}
	map {{module}} {{elsewhere}} {{
		~^({nothing_elsewhere})$ ""
		default `{elsewhere}`
	}}
	map {{method}} {{again}} {{
		~^(GET|HEAD)$ `It should be back soon: <a href="">try again</a>.`
		default "It should be back soon: go back and send it again. Nothing is done twice."
	}}

{handles}
	# What every process can answer (the session, its own health, metrics and schema, and that there
	# is no such page) the first of them does that is there.
	handle {{
		import to {everybody} {{
			lb_policy first
		}}
	}}

	handle_errors {{
		header Retry-After 5
		# Who looks at a page; its scripts ask for HTML, too, and read the problem.
		@reader {{
			header Accept *text/html*
			not header HX-Request *
		}}
		handle @reader {{
			header Content-Type "text/html; charset=utf-8"
			header Content-Security-Policy "{policy}"
			respond `{page}`
		}}
		handle {{
			header Content-Type application/problem+json
			respond `{problem}`
		}}
	}}
}}
"""

_HANDLE = """\
	@{module} vars {{module}} {module}
	handle @{module} {{
		import to {address}
	}}
"""


def table() -> list[tuple[str, str]]:
    """Regular expressions of paths, each with its module; the first that matches counts."""
    # As in a process that hosts them all, a word goes before a parameter.
    declared = sorted(_declared(), key=lambda line: [_rank(each) for each in line[0]])
    return [
        *((f"^/api/bus/{module}(/.*)?$", module) for module in MODULE_NAMES),
        *((_expression(components), module) for components, module in declared),
    ]


def caddyfile() -> str:
    """The configuration of the proxy, the same for every place: the environment has addresses."""
    front = {link.href: (name, link) for name in MODULES for link in MODULES[name].links}.get("/")
    return _FILE.format(
        table="\n".join(f"\t\t~{expression} {module}" for expression, module in table()),
        nothing_elsewhere=f"{front[0]}|every" if front else "every",
        elsewhere=f'<p><a href="/">To the {front[1].text.lower()}</a></p>' if front else "",
        handles="\n".join(
            _HANDLE.format(module=module, address=_address(module)) for module in MODULE_NAMES
        ),
        everybody=" ".join(_address(module) for module in MODULE_NAMES),
        problem=PROBLEM,
        policy=POLICY,
        page=PAGE,
    )


def address_variable(module: str) -> str:
    """The variable that tells the proxy where a module answers."""
    return f"{module.upper()}_ADDRESS"


def _address(module: str) -> str:
    return f"{{${address_variable(module)}:{module}:8000}}"


def _declared() -> Iterator[tuple[Sequence[Component], str]]:
    for name, module in MODULES.items():
        for router in module.declared_routers():
            for route in router.routes:
                yield route.path_components, name


def _rank(component: Component) -> tuple[bool, str]:
    return (False, component) if isinstance(component, str) else (True, "")


def _expression(components: Sequence[Component]) -> str:
    segments = [re.escape(each) if isinstance(each, str) else "[^/]+" for each in components]
    return f"^/{'/'.join(segments)}/?$" if segments else "^/$"
