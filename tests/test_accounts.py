"""Passwords of reviewers."""

from argon2 import PasswordHasher

from review.people.accounts import NOBODY, hash_password, make_password, verify_password


def test_a_password_opens_its_own_hash_only() -> None:
    kept = hash_password("correct horse")
    assert "correct horse" not in kept
    assert verify_password(kept, "correct horse")
    assert not verify_password(kept, "correct horse ")


def test_what_is_no_hash_opens_for_nobody() -> None:
    assert not verify_password("plain", "plain")
    assert not verify_password("", "")


def test_an_unknown_name_costs_as_much_as_a_known_one() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODY)


def test_made_passwords_differ_and_can_be_read_out() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
        assert not set(password) & set("il1o0")
