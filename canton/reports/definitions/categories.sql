-- rows
select
    contact_id, centre, channel, number, category, started, talk_seconds, agent, outcome,
    satisfaction, resolved, home_city, batch, line,
    cast(started as date) as day,
    substr(category, 1, 2) as head,
    true as is_contacts,
    outcome = 'answered' as is_handled,
    category is not null as is_classified,
    resolved is not null as is_resolved_known,
    satisfaction is not null as is_rated
from contacts
where
    started >= $start
    and started < $end
    and list_contains($centres, centre)
    and outcome <> 'void'

-- figures
select
    grouping_id(category, head, centre, channel, day) as breakdown,
    category,
    head,
    centre,
    channel,
    day,
    count(*) as contacts,
    count(*) filter (where is_handled) as handled,
    count(*) filter (where is_classified) as classified,
    count(*) filter (where resolved) as resolved_yes,
    count(*) filter (where is_resolved_known) as resolved_known,
    coalesce(sum(satisfaction), 0) as satisfaction_points,
    count(*) filter (where is_rated) as rated
from rows
group by grouping sets ((), (category), (head), (centre), (channel), (day), (category, centre))
