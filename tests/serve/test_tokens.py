"""Only a token of our own making, in time and for us, lets anybody in."""

from __future__ import annotations

import pickle
import time
from typing import Any

import jwt
import pytest

from serve.tokens import ROLES, Identity, TokenError, TokenExpired, TokenInvalid, mint, verify

SECRET = "a secret that is more than long enough"


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {
        "sub": "ann",
        "role": "user",
        "iss": "lateswap",
        "aud": "lateswap-api",
        "exp": now + 60,
    }
    return {key: value for key, value in (good | changes).items() if value is not None}


def _signed(**changes: Any) -> str:
    return jwt.encode(_claims(**changes), SECRET, algorithm="HS256")


@pytest.mark.parametrize("role", ROLES)
def test_what_was_minted_is_verified(role: Any) -> None:
    before = int(time.time())
    identity = verify(mint("ann", role, SECRET, 60), SECRET)
    assert (identity.user, identity.role) == ("ann", role)
    assert before + 60 <= identity.expires <= before + 62


def test_the_hand_made_token_of_these_tests_is_good() -> None:
    assert isinstance(verify(_signed(), SECRET), Identity)


def test_nobody_and_unknown_roles_get_no_token() -> None:
    with pytest.raises(ValueError, match="needs a user"):
        mint("", "user", SECRET, 60)
    with pytest.raises(ValueError, match="unknown role 'root'"):
        mint("ann", "root", SECRET, 60)  # type: ignore[arg-type]


def test_an_expired_token_is_told_from_a_false_one() -> None:
    with pytest.raises(TokenExpired):
        verify(mint("ann", "user", SECRET, -60), SECRET)


@pytest.mark.parametrize("claim", ["sub", "iss", "aud", "exp", "role"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(_signed(**{claim: None}), SECRET)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "another"},
        {"aud": "another"},
        {"role": "root"},
        {"role": ["user"]},
        {"sub": ""},
        {"sub": 7},
        {"exp": "soon"},
        {"nbf": 2**40},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        verify(_signed(**change), SECRET)


def test_a_token_signed_by_another_key_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        verify(mint("ann", "user", SECRET + "!", 60), SECRET)


def test_a_token_that_claims_to_need_no_signature_is_refused() -> None:
    unsigned = jwt.encode(_claims(role="operator"), "", algorithm="none")
    with pytest.raises(TokenInvalid):
        verify(unsigned, SECRET)
    head, body, _ = mint("ann", "user", SECRET, 60).split(".")
    with pytest.raises(TokenInvalid):
        verify(f"{head}.{body}.", SECRET)


def test_a_token_of_another_algorithm_is_refused() -> None:
    strong = SECRET * 2
    with pytest.raises(TokenInvalid):
        verify(jwt.encode(_claims(), strong, algorithm="HS512"), strong)


def test_a_changed_body_is_refused() -> None:
    head, _, signature = mint("ann", "viewer", SECRET, 60).split(".")
    body = mint("ann", "operator", SECRET, 60).split(".")[1]
    with pytest.raises(TokenInvalid):
        verify(f"{head}.{body}.{signature}", SECRET)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é" * 10, "." * 1000])
def test_no_text_breaks_the_check(text: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(text, SECRET)


def test_errors_keep_their_reason_between_processes() -> None:
    error = pickle.loads(pickle.dumps(TokenExpired("late")))
    assert isinstance(error, TokenError)
    assert error.reason == "late"
