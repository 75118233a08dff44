"""HTML forms, validated by the models of JSON bodies, with each error at its field."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import SkipValidation
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from web.bodies import URL_ENCODED

B = TypeVar("B", bound=BaseModel)

_INTERNAL_PREFIX = "_"

_PLAIN_WORDS = {
    "missing": "Fill this in.",
    "string_too_short": "At least {min_length} characters.",
    "string_too_long": "At most {max_length} characters.",
    "enum": "Choose one of these.",
    "extra_forbidden": "This field is not known here.",
    "date_from_datetime_parsing": "Write a date.",
}


class Form:
    """The fields of a form with their errors.

    A field whose name begins with `_`, such as `_csrf_token`, is internal: models do not see it.
    """

    def __init__(
        self,
        values: Mapping[str, str] | None = None,
        lists: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._values = dict(values or {})
        self._lists = lists or {name: [value] for name, value in self._values.items()}
        self.errors: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """The text of a field, empty if there is no such field."""
        return self._values.get(name, "")

    def __setitem__(self, name: str, value: str) -> None:
        """Replace the text of a field."""
        self._values[name] = value

    def all(self, name: str) -> Sequence[str]:
        """All values of a field that may occur several times, such as checkboxes."""
        return self._lists.get(name, ())

    def read(self, model: type[B], *, optional: Collection[str] = ()) -> B | None:
        """Validate the fields by a model. Returns None and fills `errors` if some are wrong.

        An empty `optional` field counts as missing.
        """
        fields = {
            name: value
            for name, value in self._values.items()
            if not name.startswith(_INTERNAL_PREFIX) and (value or name not in optional)
        }
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_input=False):
                name = str(wrong["loc"][0])
                message = _message(wrong) if self[name] else _PLAIN_WORDS["missing"]
                self.errors.setdefault(name, message)
            return None


def _message(wrong: ErrorDetails) -> str:
    context = wrong.get("ctx", {})
    plain = _PLAIN_WORDS.get(wrong["type"])
    return plain.format(**context) if plain else wrong["msg"].removeprefix("Value error, ") + "."


async def _form(request: Request[Any, Any, Any]) -> Form:
    if request.content_type[0] != URL_ENCODED:
        raise HTTPException(status_code=415, detail=f"A form is sent as {URL_ENCODED}.")
    sent = await request.form()
    lists: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        # Browsers send line ends as CR LF.
        lists.setdefault(name, []).append(str(value).replace("\r\n", "\n"))
    return Form({name: values[-1] for name, values in lists.items()}, lists)


SentForm = SkipValidation[NamedDependency[Form]]
"""The type of a handler's parameter `form`."""

form_dependency = Provide(_form)
