"""Settings: every wrong value and refused combination names its variable and what it takes."""

from pathlib import Path

import pytest

from app.container import MODULE_NAMES, assemble
from app.settings import AllSettings, SettingsError, read_settings, settings_from

KEY = "k" * 32
ONE, OTHER = MODULE_NAMES[:2]
ONE_DATABASE, OTHER_DATABASE = (f"APP_{name.upper()}_DATABASE_URL" for name in (ONE, OTHER))
ROOT = Path(__file__).parent.parent.parent


def test_nothing_need_be_set() -> None:
    settings = settings_from({}, MODULE_NAMES)

    assert (settings.host, settings.port, settings.bus) == ("127.0.0.1", 8000, "memory")
    assert settings.hosting(MODULE_NAMES) == MODULE_NAMES
    assert settings.database_of(ONE) == f"sqlite:///var/{ONE}.db"


def test_an_empty_variable_counts_as_unset() -> None:
    assert settings_from({"APP_PORT": "", "APP_SECRET_KEY": ""}, MODULE_NAMES).port == 8000


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("APP_AUHT", "APP_AUTH"),
        ("APP_MODULE", "APP_MODULES"),
        (f"APP_{ONE.upper()}S_DATABASE_URL", ONE_DATABASE),
    ],
)
def test_a_misspelt_setting_is_named_with_the_right_one(written: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{written} is no setting: {meant} is"):
        settings_from({written: "required"}, MODULE_NAMES)


@pytest.mark.parametrize("other", ["APP_TEST_DATABASE_URL", "APP_EVENT_RETENTION_DAYS", "APP_NAME"])
def test_what_is_no_setting_of_ours_is_left_alone(other: str) -> None:
    assert settings_from({other: "something"}, MODULE_NAMES) == settings_from({}, MODULE_NAMES)


def test_one_module_may_keep_its_data_elsewhere() -> None:
    settings = settings_from({ONE_DATABASE: "postgresql://h/d"}, MODULE_NAMES)

    assert settings.database_of(ONE) == "postgresql://h/d"
    assert settings.database_of(OTHER) == f"sqlite:///var/{OTHER}.db"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"APP_PORT": "0"}, "APP_PORT"),
        ({"APP_PORT": "eighty"}, "APP_PORT"),
        ({"APP_BUS": "kafka"}, "APP_BUS"),
        ({"APP_RABBITMQ_URL": "http://h/"}, "APP_RABBITMQ_URL"),
        ({"APP_RABBITMQ_URL": "amqp://h:port/"}, "APP_RABBITMQ_URL"),
        ({"APP_MODULES": f"{ONE},unknown"}, "APP_MODULES"),
        ({"APP_MODULES": f"{ONE},{ONE}"}, "APP_MODULES"),
        ({"APP_MODULES": ","}, "APP_MODULES"),
        ({"APP_DATABASE_URL": "mysql://h/d"}, "APP_DATABASE_URL"),
        ({"APP_DATABASE_URL": "sqlite://"}, "APP_DATABASE_URL"),
        ({"APP_DATABASE_URL": "sqlite:///:memory:"}, "APP_DATABASE_URL"),
        ({"APP_DATABASE_URL": "nonsense"}, "APP_DATABASE_URL"),
        ({ONE_DATABASE: "mysql://h/d"}, ONE_DATABASE),
        ({"APP_AUTH": "maybe"}, "APP_AUTH"),
        ({"APP_SECRET_KEY": "short"}, "APP_SECRET_KEY"),
        ({"APP_CORS_ORIGINS": "*"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://*.example"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "shop.example"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "ftp://shop.example"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example/"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example?q"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://u@shop.example"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example:0x1"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example:"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example:080"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example:65536"}, "APP_CORS_ORIGINS"),
        ({"APP_CORS_ORIGINS": "https://shop.example,null"}, "APP_CORS_ORIGINS"),
        ({"APP_TRUSTED_PROXIES": "*"}, "APP_TRUSTED_PROXIES"),
        ({"APP_TRUSTED_PROXIES": "proxy.example"}, "APP_TRUSTED_PROXIES"),
        ({"APP_TRUSTED_PROXIES": "10.0.0.7/24"}, "APP_TRUSTED_PROXIES"),
        ({"APP_TRUSTED_PROXIES": "10.0.0.7,10.0.0.300"}, "APP_TRUSTED_PROXIES"),
        ({"APP_MODULE_URLS": ONE}, "APP_MODULE_URLS"),
        ({"APP_MODULE_URLS": f"{ONE}=127.0.0.1:8002"}, "APP_MODULE_URLS"),
        ({"APP_MODULE_URLS": f"{ONE}=http://127.0.0.1:8002/likes"}, "APP_MODULE_URLS"),
        ({"APP_MODULE_URLS": f"{ONE}=http://127.0.0.1:99999"}, "APP_MODULE_URLS"),
        ({"APP_MODULE_URLS": "nobody=http://127.0.0.1:8002"}, "APP_MODULE_URLS"),
        ({"APP_LOG_FORMAT": "xml"}, "APP_LOG_FORMAT"),
        pytest.param(
            {"APP_CPF_CHECK_DIGITS": "maybe"},
            "APP_CPF_CHECK_DIGITS",
            marks=pytest.mark.needs("person"),
        ),
        ({"APP_RETRY_ATTEMPTS": "0"}, "APP_RETRY_ATTEMPTS"),
        ({"APP_RETRY_FIRST_SECONDS": "nan"}, "APP_RETRY_FIRST_SECONDS"),
        ({"APP_RETRY_LONGEST_SECONDS": "-1"}, "APP_RETRY_LONGEST_SECONDS"),
        ({"APP_BATCH_SIZE": "1.5"}, "APP_BATCH_SIZE"),
        ({"APP_BATCH_SECONDS": "0"}, "APP_BATCH_SECONDS"),
        ({"APP_REACTION_SECONDS": "inf"}, "APP_REACTION_SECONDS"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_from(variables, MODULE_NAMES)

    assert str(refused.value).startswith(f"{named} takes ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"APP_MODULES": ONE}, "APP_BUS"),
        ({"APP_MODULES": ONE, "APP_BUS": "rabbitmq"}, "APP_SECRET_KEY"),
        ({"APP_HOST": "0.0.0.0"}, "APP_HOST"),
        ({"APP_HOST": "shop.example"}, "APP_HOST"),
        ({"APP_DATABASE_URL": "sqlite:///one.db"}, "APP_DATABASE_URL"),
        ({ONE_DATABASE: f"sqlite:///var/{OTHER}.db"}, "APP_DATABASE_URL"),
    ],
)
def test_a_combination_that_cannot_work_is_refused(variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings_from(variables, MODULE_NAMES)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "shop.example"])
def test_where_people_sign_in_others_than_this_machine_may_ask(host: str) -> None:
    assert settings_from({"APP_AUTH": "required", "APP_HOST": host}, MODULE_NAMES).host == host


def test_origins_are_kept_as_browsers_write_them() -> None:
    written = (
        "https://Shop.example:443, http://LOCALHOST:3000 ,http://[::1]:80,https://b.example:80"
    )

    assert settings_from({"APP_CORS_ORIGINS": written}, MODULE_NAMES).cors_origins == (
        "https://shop.example",
        "http://localhost:3000",
        "http://[::1]",
        "https://b.example:80",
    )


def test_modules_elsewhere_are_addresses_by_name() -> None:
    written = f"{ONE}=http://127.0.0.1:8001/, {OTHER}=https://shop.example"

    assert settings_from({"APP_MODULE_URLS": written}, MODULE_NAMES).module_urls == {
        ONE: "http://127.0.0.1:8001",
        OTHER: "https://shop.example",
    }


def test_proxies_are_addresses_and_networks() -> None:
    written = "10.0.0.7, 10.0.0.0/24,::1"

    assert settings_from({"APP_TRUSTED_PROXIES": written}, MODULE_NAMES).trusted_proxies == (
        "10.0.0.7",
        "10.0.0.0/24",
        "::1",
    )


def test_modules_apart_need_a_broker_and_a_common_key() -> None:
    variables = {"APP_MODULES": ONE, "APP_BUS": "rabbitmq", "APP_SECRET_KEY": KEY}

    assert settings_from(variables, MODULE_NAMES).hosting(MODULE_NAMES) == (ONE,)


def test_several_complaints_come_at_once() -> None:
    with pytest.raises(SettingsError, match=r"APP_PORT takes .*; APP_BUS takes "):
        settings_from({"APP_PORT": "x", "APP_BUS": "x"}, MODULE_NAMES)


@pytest.mark.parametrize(
    "variables",
    [
        {"APP_DATABASE_URL": "mysql://u:hush@h/d"},
        {"APP_RABBITMQ_URL": "http://u:hush@h/d"},
        {"APP_SECRET_KEY": "hush"},
    ],
)
def test_no_password_is_printed(variables: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_from(variables, MODULE_NAMES)

    assert "hush" not in str(refused.value)


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("APP_PORT=8001\nAPP_LOG_FORMAT=json\n")
    monkeypatch.setenv("APP_PORT", "8002")

    settings = read_settings(MODULE_NAMES)

    assert (settings.port, settings.log_format) == (8002, "json")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("APP_PORT=8001 # für später".encode("latin-1"))

    with pytest.raises(SettingsError, match=r"^\.env takes .*$"):
        read_settings(MODULE_NAMES)


@pytest.mark.parametrize("options", ["heartbeat=abc", "unknown=1", "ssl_options={"])
def test_options_that_the_broker_s_client_refuses_are_refused(options: str) -> None:
    url = f"amqp://u:hush@h/?{options}"
    application = assemble(
        settings_from({"APP_BUS": "rabbitmq", "APP_RABBITMQ_URL": url}, MODULE_NAMES)
    )

    with pytest.raises(SettingsError, match=r"^APP_RABBITMQ_URL takes .*$") as refused:
        application.transport()
    assert "hush" not in str(refused.value)


def test_the_example_lists_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    fields = {f"APP_{name.upper()}" for name in AllSettings.model_fields} - {"APP_DATABASE_URLS"}
    overrides = {f"APP_{module.upper()}_DATABASE_URL" for module in MODULE_NAMES}
    for_tests = {name for name in example if name.startswith("APP_TEST_")}

    assert set(example) - for_tests == fields | overrides
    assert settings_from(example, MODULE_NAMES) == settings_from({}, MODULE_NAMES)
