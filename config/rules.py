"""The rules of every game type, read from ``config/rules/<site>/<sport>/<game_type>.toml``.

Adding a game type is adding a file; nothing else names game types.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

import msgspec

from config.faults import DataFileError
from models.events import AnyEvent, SlateOpened
from models.rules import SiteRules


class RulesError(DataFileError):
    """A rules file that cannot be used: which file, which field, and why."""


@cache
def all_rules() -> Mapping[str, SiteRules]:
    """Every game type by its key, ``draftkings/nba/classic``, in alphabetical order.

    Raises RulesError naming file and field of the first file that is wrong.
    """
    return read_folder(files("config").joinpath("rules"))


@cache
def load_rules(key: str) -> SiteRules:
    """The rules of one game type; reads only its file. Raises KeyError for an unknown key."""
    file = files("config").joinpath("rules", *f"{key}.toml".split("/"))
    if key.count("/") != 2 or not file.is_file():
        raise KeyError(f"no rules {key!r}; there are {', '.join(all_rules())}")
    return parse_rules(file.read_bytes(), f"{key}.toml")


def read_folder(folder: Traversable) -> Mapping[str, SiteRules]:
    """The rules of a folder laid out as ``<site>/<sport>/<game_type>.toml``."""
    found: dict[str, SiteRules] = {}
    for site in _sorted(folder):
        for sport in _sorted(site):
            for file in _sorted(sport):
                if file.name.endswith(".toml"):
                    name = f"{site.name}/{sport.name}/{file.name}"
                    rules = parse_rules(file.read_bytes(), name)
                    found[rules.key] = rules
    return MappingProxyType(found)


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else []


def parse_rules(content: bytes, file: str) -> SiteRules:
    """Decode and check one rules file; ``file`` is its path below the rules folder.

    Raises RulesError.
    """
    try:
        rules = msgspec.convert(tomllib.loads(content.decode()), SiteRules)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RulesError(file, str(fault)) from fault
    for field, wrong in _faults(rules, file):
        raise RulesError(file, f"{field}: {wrong}")
    return rules


def _faults(rules: SiteRules, file: str) -> list[tuple[str, str]]:
    fields = set(rules.__struct_fields__)
    checks = [
        ("site", f"{rules.key} does not fit the path", f"{rules.key}.toml" != file),
        ("slots", "a lineup needs at least one slot", not rules.slots),
        ("slots", "a slot names no position; * is all", not all(s.positions for s in rules.slots)),
        ("salary_step", "must be positive", rules.salary_step < 1),
        ("salary_cap", "must be positive", rules.salary_cap < 1),
        (
            "salary_cap",
            f"is no multiple of salary_step {rules.salary_step}",
            rules.salary_step > 0 and rules.salary_cap % rules.salary_step != 0,
        ),
        ("points_step", "must be positive", rules.points_step <= 0),
        ("min_games", "must be at least 1", rules.min_games < 1),
        ("team_limits", "most must be at least 1", any(t.most < 1 for t in rules.team_limits)),
        (
            "slots",
            "multipliers must be positive",
            any(s.points_multiplier <= 0 or s.salary_multiplier <= 0 for s in rules.slots),
        ),
        (
            "uncertain",
            "names a field that rules do not have",
            any(u.field not in fields for u in rules.uncertain),
        ),
    ]
    return [(field, message) for field, message, wrong in checks if wrong]


def detect_rules(
    site: str,
    *,
    header: Sequence[str] = (),
    roster_slots: Collection[str] = (),
    positions: Collection[str] = (),
    teams: Collection[str] = (),
) -> tuple[SiteRules, ...]:
    """Game types of a site that these files may belong to, the best fit first.

    ``header`` are the slots of an entries file, the rest is what a player pool lists; whatever is
    empty is not asked about. Slots must fit exactly; among game types with equal slots the pool's
    positions, then its teams decide, and classic comes before other game types.
    """
    fits = [
        (score, rules)
        for rules in all_rules().values()
        if rules.site == site
        and (not header or Counter(header) == Counter(rules.slot_names))
        and (not roster_slots or set(roster_slots) & set(rules.slot_names))
        and (score := _fit(rules, roster_slots, positions, teams)) is not None
    ]
    fits.sort(key=lambda fit: (-fit[0], fit[1].game_type != "classic", fit[1].key))
    best = fits[0][0] if fits else 0.0
    return tuple(rules for score, rules in fits if score == best)


def _fit(
    rules: SiteRules,
    roster_slots: Collection[str],
    positions: Collection[str],
    teams: Collection[str],
) -> float | None:
    known = set(rules.hints.positions)
    if positions and not set(positions) & known:
        return None
    return (
        4 * _overlap(roster_slots, rules.slot_names)
        + 2 * _overlap(positions, rules.hints.positions)
        + (_known(teams, rules.hints.teams) if teams and rules.hints.teams else _TEAMS_UNTOLD)
    )


_TEAMS_UNTOLD = 0.4
"""Fit of a game type that names no teams: below one whose teams these are, above the others."""


def _known(these: Collection[str], those: Collection[str]) -> float:
    """Share of these that are among those."""
    return len(set(these) & set(those)) / len(set(these))


def _overlap(these: Collection[str], those: Collection[str]) -> float:
    """Share of common members in all members of both (Jaccard)."""
    union = set(these) | set(those)
    return len(set(these) & set(those)) / len(union) if union and these else 0.0


def with_rules(event: AnyEvent) -> AnyEvent:
    """Give an opening slate the rules in force, so that its log explains itself for ever.

    What was learned of newcomers to a lineup goes with them.
    """
    if not isinstance(event, SlateOpened) or event.data.rules is not None:
        return event
    from config.projections import weights_or_none  # noqa: PLC0415 (a swap starts without it)

    slate = event.data.slate
    weights = weights_or_none(slate.sport)
    data = msgspec.structs.replace(
        event.data,
        rules=load_rules(slate.rules_key),
        newcomers=None if weights is None else weights.newcomers,
    )
    return msgspec.structs.replace(event, data=data)
