"""All modules at once, in whichever process: one that is silent keeps nobody waiting."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property

from app.operations.local import served_modules
from app.operations.module_view import ModuleView, Question, T, Unavailable, answer_of
from app.operations.remote import SECONDS_TO_ANSWER, RemoteModule
from bus import Bus

_SECONDS_IN_ALL = 2 * SECONDS_TO_ANSWER
_QUESTIONS_AT_ONCE = 16


class ModuleDirectory:
    """Asks the modules of this process directly, and others where `urls` says that they are."""

    def __init__(self, bus: Bus, modules: Sequence[str], urls: Mapping[str, str]) -> None:
        self.modules = modules
        self._hosted = served_modules(bus)
        self._urls = urls

    def ask(
        self, cookies: str, questions: Mapping[str, Question[T]]
    ) -> Mapping[str, T | Unavailable]:
        """Ask each of these modules its question, all at once; its answer, or why there is none."""

        def answer(name: str) -> T | Unavailable:
            return self.ask_one(name, cookies, questions[name])

        apart = {
            name: self._threads.submit(answer, name)
            for name in questions
            if name not in self._hosted
        }
        # Those of this process meanwhile: a thread for each would cost more than it saves.
        here = {name: answer(name) for name in questions if name in self._hosted}
        done, _ = wait(apart.values(), _SECONDS_IN_ALL)
        late = Unavailable("its process does not answer in time")
        there = {name: each.result() if each in done else late for name, each in apart.items()}
        return {name: here[name] if name in here else there[name] for name in questions}

    def ask_all(self, cookies: str, question: Question[T]) -> Mapping[str, T | Unavailable]:
        """Ask every module the same."""
        return self.ask(cookies, dict.fromkeys(self.modules, question))

    def ask_one(self, name: str, cookies: str, question: Question[T]) -> T | Unavailable:
        """Ask one of the modules; raises what it raises but for not answering."""
        module = self._module(name, cookies)
        return module if isinstance(module, Unavailable) else answer_of(module, question)

    def _module(self, name: str, cookies: str) -> ModuleView | Unavailable:
        if name in self._hosted:
            return self._hosted[name]
        if name not in self._urls:
            return Unavailable("APP_MODULE_URLS does not say where its process is")
        return RemoteModule(name, self._urls[name], cookies)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_QUESTIONS_AT_ONCE, thread_name_prefix="asking")
