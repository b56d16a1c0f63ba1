"""Weather of a game through the API: what it does to whom, in words and as a rating."""

from __future__ import annotations

from models.messages import AskSettled, encode

HEAD = "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame\r\n"
AVERAGE = {"QB": 18.0, "RB": 12.0, "WR": 13.0, "TE": 9.0, "DST": 7.0}
FLEX = {"RB", "WR", "TE"}
GAMES = {"MIA@BUF": ("MIA", "BUF"), "GB@DET": ("GB", "DET")}


def salaries() -> bytes:
    rows = []
    for game, teams in GAMES.items():
        for team in teams:
            for position, average in AVERAGE.items():
                number = 1000 + len(rows)
                name = f"{team} {position}"
                slots = f"{position}/FLEX" if position in FLEX else position
                rows.append(
                    f"{position},{name} ({number}),{name},{number},{slots},6000,"
                    f"{game} 11/29/2026 01:00PM ET,{team},{average}\r\n"
                )
    return (HEAD + "".join(rows)).encode()


async def test_wind_is_told_with_its_words_and_its_impact(house):
    root = house.client("root")
    answer = await root.http.post(
        "/api/v1/slates?mode=replay", content=salaries(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 201, answer.text
    slate = answer.json()["slate_id"]
    weather = {
        "event_type": "weather_change",
        "source": "station",
        "timestamp": "2026-11-29T17:30:00Z",
        "data": {"kind": "observation", "starts": "2026-11-29T17:30:00Z", "wind_kmh": 72.42},
    }
    ids = []
    for game in GAMES:
        posted = await root.post("/api/v1/realtime/events", {**weather, "game_id": game})
        ids.append(posted["event_id"])
    settled = AskSettled(offset=await house.log.last_offset())
    await house.actors.ask_slate(slate, encode(settled))
    await house.hub.until(await house.log.last_offset())
    cards = {p["name"]: p for p in (await root.get("/api/v1/players", search=" "))["players"]}
    passer = cards["BUF QB"]
    assert passer["conditions"].startswith("wind 45 mph (11 is usual) at Highmark Stadium: passing")
    assert passer["projection"] < 0.9 * passer["baseline"]
    assert ids[0] in passer["events"]
    assert cards["BUF DST"]["projection"] > 1.1 * cards["BUF DST"]["baseline"]
    for name in ("BUF RB", "BUF WR", "GB QB", "DET DST"):  # a roof, or nothing that showed
        assert "conditions" not in cards[name]
        assert cards[name]["projection"] == cards[name]["baseline"]
    page = await root.get("/api/v1/realtime/events", type="weather_change")
    assert set(page["impacts"]) == {ids[0]}
    assert 0 < abs(page["impacts"][ids[0]]) <= 10
    one = await root.get(f"/api/v1/players/{passer['player_id']}")
    assert one["impact_rating"] < 0
