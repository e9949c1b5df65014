"""A portal that cannot start names everything that is wrong, at once and in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import config
from app.config import MailServer, SearchEngine, SettingsError, Tls, TranslationServer, load

SECRET = "s" * config.MIN_SECRET


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as wrong:
        load(environ)
    return "\n".join(wrong.value.problems)


def test_what_is_wrong_is_named_all_at_once(tmp_path: Path) -> None:
    wrong = {
        "PORT": "70000",
        "SEARCH_ENGINE": "other",
        "PUBLIC_URL": "ftp://example.vn",
        "DATABASE_URL": "mysql://x",
        "INSTANCE_DIR": str(tmp_path),
    }
    said = problems(wrong)
    for name in ("PORT", "SEARCH_ENGINE", "PUBLIC_URL", "DATABASE_URL", "SECRET_KEY"):
        assert name in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("PORT", "x"),
        ("PORT", "0"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[bad"),
        ("MAIL_URL", "pop3://mail.example.vn"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example.vn:port"),
        ("MAIL_URL", "smtp://mail.example.vn?tls=perhaps"),
        ("MAIL_URL", "smtp://mail.example.vn?tsl=off"),
        ("MAIL_URL", "smtp://me:secret@mail.example.vn?tls=off"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b.vn\r\nBcc: c@d.vn"),
        ("TRANSLATE_URL", "ftp://words.example.vn"),
        ("TRANSLATE_URL", "https://"),
        ("TRANSLATE_URL", "https://[bad"),
        ("TRANSLATE_URL", "https://words.example.vn:port"),
        ("TRANSLATE_URL", "https://me@words.example.vn"),
        ("TRANSLATE_URL", "https://words.example.vn?to=ko"),
        ("TRANSLATE_URL", "https://words.example.vn/a b"),
        ("TRANSLATE_KEY", "for nobody"),
        ("OIDC_CITIZENS", "https://login.example.vn"),
        ("OIDC_STAFF", "http://gop-y:secret@login.example.vn"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", "postgres"),
        ("INSTANCE_DIR", "/dev/null/instance"),
    ],
)
def test_each_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    right = {
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(tmp_path),
        "MAIL_URL": "smtp://mail.example.vn",
        "MAIL_FROM": "no-reply@example.vn",
    }
    assert load(right).instance_dir == tmp_path
    assert name in problems({**right, name: value})


def test_an_address_of_ip_version_six_can_be_opened(tmp_path: Path) -> None:
    settings = load({"SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path), "HOST": "::1"})
    assert settings.public_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", None),
        ("smtp://mail.example.vn", MailServer("mail.example.vn", 587, Tls.STARTTLS)),
        ("smtps://mail.example.vn", MailServer("mail.example.vn", 465, Tls.FROM_THE_START)),
        ("smtp://127.0.0.1:25?tls=off", MailServer("127.0.0.1", 25, Tls.OFF)),
        (
            "smtp://me%40example.vn:p%2Fw%3A@mail.example.vn:2525",
            MailServer("mail.example.vn", 2525, Tls.STARTTLS, "me@example.vn", "p/w:"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_address(
    tmp_path: Path, url: str, server: MailServer | None
) -> None:
    given = {"MAIL_URL": url, "MAIL_FROM": "no-reply@example.vn"}
    settings = load({"SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path), **given})
    assert settings.mail == server
    assert "p/w:" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "key", "server"),
    [
        ("", "", None),
        ("http://127.0.0.1:5000/", "k", TranslationServer("http://127.0.0.1:5000", "k")),
        ("http://words.local", "", TranslationServer("http://words.local")),
        ("https://words.vn/lt", "k", TranslationServer("https://words.vn/lt", "k")),
    ],
)
def test_a_translation_service_is_read_from_its_address(
    tmp_path: Path, url: str, key: str, server: TranslationServer | None
) -> None:
    given = {"TRANSLATE_URL": url, "TRANSLATE_KEY": key}
    settings = load({"SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path), **given})
    assert settings.translator == server
    assert "key='k'" not in repr(settings)


def test_the_key_of_the_translation_service_is_for_no_others_eyes(tmp_path: Path) -> None:
    asked = {"TRANSLATE_URL": "http://words.example.vn", "TRANSLATE_KEY": "k"}
    said = problems({"SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path), **asked})
    assert "use https://" in said


def test_providers_of_identities_are_read_from_their_addresses(tmp_path: Path) -> None:
    asked = {
        "OIDC_CITIZENS": "https://gop-y:s3cret@id.example.vn?name=VNeID&identity=loa2",
        "OIDC_STAFF": "http://gop-y:s3cret@127.0.0.1:9/realm",
    }
    settings = load({"SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path), **asked})
    assert settings.oidc_citizens is not None
    assert settings.oidc_citizens.identity == ("loa2",)
    assert settings.oidc_staff is not None
    assert settings.oidc_staff.issuer == "http://127.0.0.1:9/realm"
    assert "s3cret" not in repr(settings)


def test_the_database_keeps_the_search_index_only_where_it_can(tmp_path: Path) -> None:
    asked = {
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(tmp_path),
        "SEARCH_ENGINE": "postgresql",
    }
    assert "DATABASE_URL must start with postgresql://" in problems(asked)
    settings = load({**asked, "DATABASE_URL": "postgresql://host/name"})
    assert settings.search_engine is SearchEngine.POSTGRESQL
    assert load({**asked, "SEARCH_ENGINE": ""}).search_engine is SearchEngine.WHOOSH
