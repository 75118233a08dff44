"""What is sent to sign up and in, as JSON or by a form."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from modules.accounts.domain import (
    NAME_LENGTH,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_MOST,
    fit_name,
    fit_password,
)
from web.bodies import Body


def _fit(password: SecretStr) -> SecretStr:
    return SecretStr(fit_password(password.get_secret_value()))


class NewAccount(Body):
    """The name that an account shall have, and the password that opens it."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_LENGTH,
            description="With a character that can be seen and none that controls.",
        ),
        AfterValidator(fit_name),
    ]
    password: Annotated[
        SecretStr,
        AfterValidator(_fit),
        Field(min_length=PASSWORD_LENGTH_LEAST, max_length=PASSWORD_LENGTH_MOST),
    ]


class Credentials(Body):
    """What an account is opened with."""

    name: Annotated[str, Field(max_length=NAME_LENGTH)]
    password: Annotated[SecretStr, Field(max_length=PASSWORD_LENGTH_MOST)]
