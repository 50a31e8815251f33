"""`frontdoor staff …` for somebody who is named: one person, or it says what stands against it."""

import pytest

from frontdoor.desk import commands
from tests.desk.house import House


async def test_one_who_is_named_comes_in_no_more(house: House) -> None:
    """By login or by name, in any case of the login; their session ends."""
    await house.person("Boss", "admin")
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    await house.pool.execute("UPDATE desk.staff SET name = 'Benito Juarez' WHERE name = 'Ben'")
    for person, name in ((ana, "ANA"), (ben, "Benito Juarez")):
        assert await commands._disable(house.pool, name) == 0
        assert (await person.get("/desk/state"))[0] == 401


async def test_a_second_factor_is_turned_off(house: House) -> None:
    """And what is left of it is gone."""
    await house.person("Ana")
    await house.pool.execute("UPDATE desk.staff SET totp_secret = 'sealed'")
    assert await commands._reset(house.pool, "ana") == 0
    assert await house.pool.fetchval("SELECT totp_secret FROM desk.staff") is None


@pytest.mark.parametrize(
    ("name", "said"), [("nobody", "Nobody is called that"), ("Twin", "more than one is"), ("boss", "the last admin")]
)
async def test_what_stands_against_it_is_said(
    house: House, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """An unknown name, one of two, the last admin: nothing happens, and the command fails."""
    for person in ("Ana", "Ben"):
        await house.person(person)
    await house.pool.execute("UPDATE desk.staff SET name = 'Twin'")
    await house.person("Boss", "admin")
    assert await commands._disable(house.pool, name) == 1
    assert said in capsys.readouterr().err
    assert await house.pool.fetchval("SELECT count(*) FROM desk.staff WHERE disabled_at IS NOT NULL") == 0
