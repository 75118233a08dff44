"""Request bodies for signing up and in, sent as JSON or by a form."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from modules.accounts.domain import (
    NAME_LENGTH,
    PASSWORD_MAX_LENGTH,
    PASSWORD_MIN_LENGTH,
    validated_name,
    validated_password,
)
from web.bodies import Body


def _validated(password: SecretStr) -> SecretStr:
    return SecretStr(validated_password(password.get_secret_value()))


class NewAccount(Body):
    """The name and the password of a new account."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_LENGTH,
            description="With a character that can be seen and none that controls.",
        ),
        AfterValidator(validated_name),
    ]
    password: Annotated[
        SecretStr,
        AfterValidator(_validated),
        Field(min_length=PASSWORD_MIN_LENGTH, max_length=PASSWORD_MAX_LENGTH),
    ]


class Credentials(Body):
    """The name and the password to sign in with."""

    name: Annotated[str, Field(max_length=NAME_LENGTH)]
    password: Annotated[SecretStr, Field(max_length=PASSWORD_MAX_LENGTH)]
