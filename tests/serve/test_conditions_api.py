"""What surrounds a slate through the API: weather with its impact, projections of others."""

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
    assert passer["conditions"].startswith("wind 45 mph (8 is usual) at Highmark Stadium: passing")
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


async def test_projections_and_box_scores_together_are_blended_where_asked(house, shared):
    data = shared / "data/nba-2024-25"
    pool = (data / "slates/2025-01-12/DKSalaries.csv").read_bytes()
    form = {
        "salaries": ("DKSalaries.csv", pool, "text/csv"),
        "projections": ("mine.csv", b"Name,Projection\nDevin Booker,60\n", "text/csv"),
        "box_scores": ("box.csv.gz", (data / "box_scores.csv.gz").read_bytes(), "text/csv"),
    }
    root = house.client("root")

    async def baseline(files, **params):
        params = {"mode": "replay", **params}
        answer = await root.http.post("/api/v1/slates", files=files, params=params)
        assert answer.status_code == 201, answer.text
        settled = AskSettled(offset=await house.log.last_offset())
        await house.actors.ask_slate(answer.json()["slate_id"], encode(settled))
        found = await root.get("/api/v1/players", search="Devin Booker")
        return answer.json()["projection_basis"], found["players"][0]["baseline"]

    own = await baseline({k: v for k, v in form.items() if k != "projections"})
    both = await baseline(form, blend=True)
    assert both[0] == "mine.csv, uploaded, blended with box scores (it counts 50%)"
    assert 1.0 < both[1] / own[1] < 60 / own[1]
    refused = await root.http.post(
        "/api/v1/slates?mode=replay&blend=true", files={"salaries": form["salaries"]}
    )
    assert refused.status_code == 422
    assert refused.json()["field"] == "blend"
