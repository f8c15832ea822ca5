-- rows
-- A line per batch, and one more for each reason of it, which counts only where the split is by reason.
with chosen as (
    select
        *,
        cast(received as date) as day,
        state in ('loaded', 'refused') and not replaced as counted,
        coalesce(received > due, false) as late
    from batches
    where
        received >= $start
        and received < $end
        and list_contains($centres, centre)
)

select
    * exclude (reasons, late, counted),
    0 as line,
    cast(null as varchar) as reason,
    0 as reason_rows,
    case when late then epoch(received - due) else 0 end as late_seconds,
    true as is_batches,
    state = 'refused' as is_refused_whole,
    state not in ('loaded', 'refused') as is_unfinished,
    replaced as is_corrected,
    counted as is_counted_batches,
    counted and refused > 0 as is_with_refused,
    counted and repaired > 0 as is_with_repaired,
    late as is_late,
    due is not null as is_due_batches,
    false as is_reason_batches
from chosen
union all
select
    * exclude (reasons, late, counted, why),
    0 as line,
    why.kind || '.' || dataset || '.' || why.code as reason,
    why.rows as reason_rows,
    0 as late_seconds,
    false as is_batches,
    false as is_refused_whole,
    false as is_unfinished,
    false as is_corrected,
    false as is_counted_batches,
    false as is_with_refused,
    false as is_with_repaired,
    false as is_late,
    false as is_due_batches,
    true as is_reason_batches
from (select *, unnest(reasons) as why from chosen where counted)

-- figures
select
    grouping_id(centre, dataset, day, reason) as breakdown,
    centre,
    dataset,
    day,
    reason,
    count(*) filter (where is_batches) as batches,
    count(*) filter (where is_refused_whole) as refused_whole,
    count(*) filter (where is_unfinished) as unfinished,
    count(*) filter (where is_corrected) as corrected,
    count(*) filter (where is_counted_batches) as counted_batches,
    count(*) filter (where is_with_refused) as with_refused,
    count(*) filter (where is_with_repaired) as with_repaired,
    count(*) filter (where is_late) as late,
    count(*) filter (where is_due_batches) as due_batches,
    count(*) filter (where is_reason_batches) as reason_batches,
    coalesce(sum(late_seconds), 0) as late_seconds,
    coalesce(sum(read) filter (where is_counted_batches), 0) as rows_read,
    coalesce(sum(kept) filter (where is_counted_batches), 0) as rows_kept,
    coalesce(sum(refused) filter (where is_counted_batches), 0) as rows_refused,
    coalesce(sum(repaired) filter (where is_counted_batches), 0) as rows_repaired,
    coalesce(sum(reason_rows), 0) as reason_rows
from rows
group by grouping sets ((), (centre), (dataset), (day), (reason))
having grouping(reason) = 1 or reason is not null
