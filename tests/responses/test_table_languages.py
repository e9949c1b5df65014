"""The official table comes back in whatever language of the portal its words are."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from app.responses import table_file
from app.responses.models import Disposition
from app.responses.words import DISPOSITIONS
from app.web.locale import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_disposition_is_known_by_its_name(app, language: Language) -> None:
    with force_locale(language.catalogue):
        names = {value: str(words) for value, words in DISPOSITIONS.items()}
    assert {value: table_file.disposition(name) for value, name in names.items()} == {
        value: value for value in Disposition
    }


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_no_two_columns_have_one_name(app, language: Language) -> None:
    with force_locale(language.catalogue):
        said = [table_file._said(str(words)) for words in table_file.COLUMNS.values()]
    assert len(set(said)) == len(said)
