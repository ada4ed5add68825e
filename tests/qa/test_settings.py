"""Settings come from where they are said to, and wrong ones are refused."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from documents import Limits
from qa.settings import FOR_TESTS, SAMPLES, Settings, unknown_variables, variable


def test_defaults() -> None:
    settings = Settings()
    assert settings.model_dump() == {
        "corpus": SAMPLES,
        "data": Path(".paperknife"),
        "keep_snapshots": 3,
        "api_key": None,
        "host": "127.0.0.1",
        "port": 8000,
        "max_bytes": 64 * 1024**2,
        "max_pages": 2000,
        "max_characters": 5_000_000,
        "max_seconds": 60.0,
        "max_ocr_seconds": 600.0,
        "max_memory": 1024**3,
    }
    assert settings.limits == Limits()
    assert SAMPLES.is_dir()
    assert not settings.corpus_was_given


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("PAPERKNIFE_CORPUS", "letters", "corpus", Path("letters")),
        ("PAPERKNIFE_DATA", "/srv/data", "data", Path("/srv/data")),
        ("PAPERKNIFE_KEEP_SNAPSHOTS", "5", "keep_snapshots", 5),
        ("PAPERKNIFE_API_KEY", "0123456789abcdef", "api_key", SecretStr("0123456789abcdef")),
        ("PAPERKNIFE_HOST", "::1", "host", "::1"),
        ("PAPERKNIFE_PORT", "0", "port", 0),
        ("PAPERKNIFE_MAX_BYTES", "2MiB", "max_bytes", 2 * 1024**2),
        ("PAPERKNIFE_MAX_PAGES", "30", "max_pages", 30),
        ("PAPERKNIFE_MAX_CHARACTERS", "9000", "max_characters", 9000),
        ("PAPERKNIFE_MAX_SECONDS", "2.5", "max_seconds", 2.5),
        ("PAPERKNIFE_MAX_OCR_SECONDS", "90", "max_ocr_seconds", 90.0),
        ("PAPERKNIFE_MAX_MEMORY", "300000000", "max_memory", 300_000_000),
    ],
)
def test_each_setting_has_a_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, field: str, value: object
) -> None:
    monkeypatch.setenv(name, text)
    settings = Settings()
    assert getattr(settings, field) == value
    if field.startswith("max_"):
        assert getattr(settings.limits, field.removeprefix("max_")) == value
    assert name == variable(field)
    assert settings.corpus_was_given == (field == "corpus")
    assert unknown_variables([]) == []


def test_every_setting_is_among_those_tested() -> None:
    assert {variable(field) for field in Settings.model_fields} == {
        "PAPERKNIFE_CORPUS",
        "PAPERKNIFE_DATA",
        "PAPERKNIFE_KEEP_SNAPSHOTS",
        "PAPERKNIFE_API_KEY",
        "PAPERKNIFE_HOST",
        "PAPERKNIFE_PORT",
        "PAPERKNIFE_MAX_BYTES",
        "PAPERKNIFE_MAX_PAGES",
        "PAPERKNIFE_MAX_CHARACTERS",
        "PAPERKNIFE_MAX_SECONDS",
        "PAPERKNIFE_MAX_OCR_SECONDS",
        "PAPERKNIFE_MAX_MEMORY",
    }


def test_what_is_given_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKNIFE_PORT", "1234")
    assert Settings(port=4321).port == 4321


@pytest.mark.parametrize("name", ["PAPERKNIFE_CORPUS", "PAPERKNIFE_PORT"])
def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert Settings() == Settings(corpus=SAMPLES)
    assert not Settings().corpus_was_given


@pytest.mark.parametrize("port", ["-1", "65536", "http", "80.5"])
def test_a_port_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PAPERKNIFE_PORT", port)
    with pytest.raises(ValidationError, match="port"):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_BYTES", "0"),
        ("MAX_BYTES", "many"),
        ("MAX_PAGES", "0"),
        ("MAX_CHARACTERS", "-1"),
        ("MAX_SECONDS", "0"),
        ("MAX_OCR_SECONDS", "nan"),
        ("MAX_MEMORY", "1MiB"),
    ],
)
def test_a_limit_that_no_file_could_keep_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PAPERKNIFE_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_key_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKNIFE_API_KEY", "0123456789abcde")
    with pytest.raises(ValidationError, match="16"):
        Settings()


def test_a_key_is_not_shown() -> None:
    assert "0123456789abcdef" not in repr(Settings(api_key=SecretStr("0123456789abcdef")))


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="prot"):
        Settings.model_validate({"prot": 1})


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAPERKNIFE_PROT", "1")
    assert unknown_variables([]) == [
        "the environment variable PAPERKNIFE_PROT sets nothing: did you mean PAPERKNIFE_PORT?"
    ]
    assert unknown_variables(["PAPERKNIFE_PROT"]) == []


def test_a_variable_like_no_other_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKNIFE_XYZZYX", "")
    assert unknown_variables([]) == [
        "the environment variable PAPERKNIFE_XYZZYX sets nothing: unset it"
    ]


@pytest.mark.parametrize("name", sorted(FOR_TESTS))
def test_what_the_tests_read_may_be_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "somewhere")
    assert unknown_variables([]) == []
