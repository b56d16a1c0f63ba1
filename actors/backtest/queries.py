"""What DuckDB is asked about the tables of a backtest."""

from __future__ import annotations

BY_NIGHT = """
    select e.policy, e.slate, count(*) as entries, sum(e.fee) as fees, sum(e.payout) as payout,
        sum(e.points) as points, sum(e.swaps)::bigint as swaps,
        count(*) filter (e.swaps > 0) as changed,
        sum(e.points - h.points) as more_points, sum(e.payout - h.payout) as more_payout,
        sum(e.payout_together - h.payout) as more_together,
        sum(h.rank - e.rank)::double as places, sum(h.payout) as held_payout,
        count(*) filter (e.payout > 0) as paid
    from entries e join entries h on h.slate = e.slate and h.contest_id = e.contest_id
        and h.entry_id = e.entry_id and h.policy = 'hold'
    group by e.policy, e.slate order by e.policy, e.slate
"""
BY_USER = """
    select e.policy, e.slate, e.contest_id, e.user, count(*) as entries, sum(e.fee) as fees,
        sum(e.payout_together - h.payout) as more_payout, sum(h.payout) as held_payout
    from entries e join entries h on h.slate = e.slate and h.contest_id = e.contest_id
        and h.entry_id = e.entry_id and h.policy = 'hold'
    group by all order by all
"""
BY_CONTEST = """
    select e.slate, e.contest_id, e.policy, count(*) as entries, sum(e.fee) as fees,
        sum(e.payout) as payout, avg(e.points) as mean_points,
        count(*) filter (e.swaps > 0) as changed, avg(e.points - h.points) as uplift_points,
        avg(h.rank - e.rank) as uplift_places, sum(e.payout - h.payout) as uplift_payout
    from entries e join entries h on h.slate = e.slate and h.contest_id = e.contest_id
        and h.entry_id = e.entry_id and h.policy = 'hold'
    where e.policy <> 'hold'
    group by all order by all
"""
PROJECTION = """
    select count(*) as players, avg(abs(median - scored)) as mae,
        avg(abs(if_plays - scored)) as mae_of_mean, avg(crps) as crps,
        avg(inside80::int) as coverage80, avg(if_plays - scored) as bias,
        corr(if_plays, scored) as correlation
    from (select distinct on (slate, player) * from players where played)
"""
PROJECTION_BY_SIZE = """
    select least(floor(if_plays / 10), 4) * 10 as expected_from, count(*) as players,
        avg(if_plays) as expected, avg(scored) as scored, avg(abs(if_plays - scored)) as mae,
        avg(inside80::int) as coverage80
    from (select distinct on (slate, player) * from players where played)
    group by 1 order by 1
"""
SAMPLES = """
    select least(floor(below * 10), 9)::int as tenth, count(*) as players
    from (select distinct on (slate, player) * from players where played)
    group by 1 order by 1
"""
CLAIMS = """
    select policy, slate, cause, {sizes} as size, count(*) as swaps,
        sum(believed_points) as claimed, sum(realised_points) as realised,
        count(*) filter (realised_points > 0) as gained
    from decisions where followed group by all order by all
"""
CLAIMS_POOLED = """
    select policy, slate, count(*) as swaps,
        sum(believed_points) as claimed, sum(realised_points) as realised,
        count(*) filter (realised_points > 0) as gained,
        sum(believed_money) filter (believed_money is not null) as claimed_money,
        sum(realised_money) filter (believed_money is not null) as realised_money,
        count(claimed_paid) filter (realised_paid is not null) as priced,
        sum(claimed_paid) filter (realised_paid is not null) as claimed_paid,
        count(*) filter (realised_paid and claimed_paid is not null) as realised_paid
    from decisions where followed group by all order by all
"""
TO_LOCK = """
    select policy, slate, {hours} as hours, count(*) as swaps,
        sum(believed_points) as claimed, sum(realised_points) as realised,
        count(*) filter (realised_points > 0) as gained,
        count(realised_money) as judged, sum(realised_money) as money
    from decisions where followed group by all order by all
"""
WORST = """
    select slate, contest_id, policy, decided_at, entry_id, cause, leaving, coming,
        believed_points as claimed_points, realised_points, realised_money, newest
    from decisions where followed
    qualify row_number() over (
        partition by slate, contest_id, policy, leaving, coming order by realised_points, entry_id
    ) = 1
    order by realised_points, slate, entry_id limit {most}
"""
ABSTENTIONS = """
    select policy, sum(asked)::bigint as asked, sum(proposed)::bigint as found,
        sum(followed)::bigint as followed, 1 - sum(followed) / sum(asked) as abstained
    from moments group by policy order by policy
"""
