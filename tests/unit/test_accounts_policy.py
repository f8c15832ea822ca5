"""Why a password is refused is said in the words of the house, in the reader's language (F39)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("password", "chinese", "english"),
    [
        ("ab3-x", "太短：至少 10 位。", "Too short: at least 10 characters."),
        ("password123", "太常见", "Too common"),
        ("83920175640", "纯数字", "Digits alone"),
    ],
)
def test_a_refusal_says_why_in_both_languages(password: str, chinese: str, english: str) -> None:
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            validate_password(password)
        assert any(said.startswith(words) for said in refused.value.messages)
        if language == "zh-hans":
            assert not any(
                letter.isascii() and letter.isalpha() for letter in "".join(refused.value.messages)
            )
