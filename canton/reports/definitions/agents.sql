-- rows
-- State intervals, and beside them the contacts of the same agents; each line is one of the two.
select
    centre, agent, state as what, started, ended, desk, skill, reason, batch, line,
    cast(started as date) as day,
    extract(hour from started) as hour,
    epoch(ended - started) as seconds,
    0 as handle_seconds,
    true as is_logged_in_intervals,
    state = 'ready' as is_ready_intervals,
    state in ('talking', 'hold') as is_talking_intervals,
    state = 'wrap' as is_wrap_intervals,
    state in ('busy', 'break', 'training', 'meeting') as is_away_intervals,
    state in ('ready', 'ringing', 'talking', 'hold', 'wrap') as is_serving_intervals,
    false as is_answered
from agents
where
    started >= $start
    and started < $end
    and list_contains($centres, centre)
union all
select
    centre, agent, 'contact' as what, started, ended, null as desk, null as skill, null as reason, batch, line,
    cast(started as date) as day,
    extract(hour from started) as hour,
    talk_seconds + hold_seconds + wrap_seconds as seconds,
    talk_seconds + hold_seconds + wrap_seconds as handle_seconds,
    false as is_logged_in_intervals,
    false as is_ready_intervals,
    false as is_talking_intervals,
    false as is_wrap_intervals,
    false as is_away_intervals,
    false as is_serving_intervals,
    true as is_answered
from contacts
where
    started >= $start
    and started < $end
    and list_contains($centres, centre)
    and outcome = 'answered'
    and agent is not null

-- figures
select
    grouping_id(centre, agent, day, hour, what) as breakdown,
    centre,
    agent,
    day,
    hour,
    what,
    count(distinct (centre, agent)) filter (where is_logged_in_intervals) as agents,
    count(*) filter (where is_logged_in_intervals) as logged_in_intervals,
    count(*) filter (where is_ready_intervals) as ready_intervals,
    count(*) filter (where is_talking_intervals) as talking_intervals,
    count(*) filter (where is_wrap_intervals) as wrap_intervals,
    count(*) filter (where is_away_intervals) as away_intervals,
    count(*) filter (where is_serving_intervals) as serving_intervals,
    coalesce(sum(seconds) filter (where is_logged_in_intervals), 0) as logged_in_seconds,
    coalesce(sum(seconds) filter (where is_ready_intervals), 0) as ready_seconds,
    coalesce(sum(seconds) filter (where is_talking_intervals), 0) as talking_seconds,
    coalesce(sum(seconds) filter (where is_wrap_intervals), 0) as wrap_seconds,
    coalesce(sum(seconds) filter (where is_away_intervals), 0) as away_seconds,
    coalesce(sum(seconds) filter (where is_talking_intervals or is_wrap_intervals), 0) as handling_seconds,
    coalesce(sum(seconds) filter (where is_serving_intervals), 0) as serving_seconds,
    count(*) filter (where is_answered) as answered,
    coalesce(sum(handle_seconds) filter (where is_answered), 0) as handle_seconds
from rows
group by grouping sets ((), (centre, agent), (centre), (day), (hour), (what))
having grouping(what) = 1 or what <> 'contact'
