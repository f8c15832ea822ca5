-- rows
-- The population, a line per contact, with a true/false column for each figure that counts it.
-- Drilling reads these lines; the figures below are counts and sums of them and nothing else.
select
    contact_id, centre, channel, number, roaming, category, language,
    started, answered, ended, wait_seconds, talk_seconds, hold_seconds, wrap_seconds,
    agent, outcome, satisfaction, resolved, home_city, batch, line,
    cast(started as date) as day,
    extract(hour from started) as hour,
    outcome in ('answered', 'abandoned') as is_offered,
    outcome = 'answered' as is_answered,
    outcome = 'abandoned' as is_abandoned,
    outcome = 'answered' and wait_seconds <= 15 as is_answered_within_15s,
    outcome = 'abandoned' and wait_seconds <= $short_abandon_seconds as is_short_abandoned,
    outcome = 'ivr' as is_ivr,
    outcome = 'void' as is_void
from contacts
where
    started >= $start
    and started < $end
    and list_contains($centres, centre)

-- figures
-- One pass for the total and every breakdown; grouping_id tells which breakdown a line belongs to.
select
    grouping_id(centre, agent, category, channel, day, hour) as breakdown,
    centre,
    agent,
    category,
    channel,
    day,
    hour,
    count(*) filter (where is_offered) as offered,
    count(*) filter (where is_answered) as answered,
    count(*) filter (where is_abandoned) as abandoned,
    count(*) filter (where is_answered_within_15s) as answered_within_15s,
    count(*) filter (where is_short_abandoned) as short_abandoned,
    count(*) filter (where is_ivr) as ivr,
    count(*) filter (where is_void) as void,
    coalesce(sum(wait_seconds) filter (where is_answered), 0) as answer_wait_seconds,
    coalesce(sum(talk_seconds + hold_seconds + wrap_seconds) filter (where is_answered), 0) as handle_seconds
from rows
group by grouping sets ((), (hour), (day), (centre), (category), (channel), (centre, agent), (day, hour))
