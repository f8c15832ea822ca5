-- rows
-- Codes of "don't know" are answers too, but no mark and no choice: they are counted apart and in nothing else.
select
    *,
    case when not is_unknown then case kind when 'choice' then answer when 'score' then cast(score as varchar) end end
        as choice,
    not is_unknown as is_answers,
    kind = 'score' and not is_unknown as is_scored,
    kind = 'score' and not is_unknown and score * 100 >= scale * $satisfied_percent as is_satisfied_answers,
    kind in ('choice', 'score') and not is_unknown as is_chosen
from (
    select
        respondent, centre, survey, question, wording, kind, answer, score, scale, answered, channel, number,
        contact_id, batch, line,
        cast(answered as date) as day,
        strftime(answered, '%Y-%m') as month,
        kind in ('choice', 'score')
        and (
            lower(trim(answer)) in (
                '不知道', '不清楚', '不了解', '说不清', '拒答', '不适用', 'dk', 'don''t know', 'unknown', 'refused',
                'n/a', 'na'
            )
            or (
                trim(answer) in ('98', '99', '998', '999')
                and try_cast(trim(answer) as integer) > coalesce(scale, 0)
            )
        ) as is_unknown
    from surveys
    where
        answered >= $start
        and answered < $end
        and list_contains($centres, centre)
        and kind <> 'fact'
) as told

-- figures
-- Answers that are neither mark nor choice have no line in the distribution.
select
    grouping_id(survey, question, choice, centre, month, day) as breakdown,
    survey,
    question,
    choice,
    centre,
    month,
    day,
    count(distinct (centre, survey, respondent)) filter (where is_answers) as respondents,
    count(*) filter (where is_answers) as answers,
    count(*) filter (where is_unknown) as unknown,
    count(*) filter (where is_scored) as scored,
    coalesce(sum(score) filter (where is_scored), 0) as score_points,
    coalesce(sum(scale) filter (where is_scored), 0) as scale_points,
    count(*) filter (where is_satisfied_answers) as satisfied_answers,
    count(*) filter (where is_chosen) as chosen,
    sum(count(*) filter (where is_chosen)) over (
        partition by grouping_id(survey, question, choice, centre, month, day), survey, question
    ) as chosen_of_question
from rows
group by grouping sets (
    (), (survey, question), (survey, question, choice), (survey, question, centre), (survey, question, month),
    (survey), (centre), (month), (day)
)
having grouping(choice) = 1 or choice is not null

-- names
select survey, question, arg_max(wording, answered) as name
from rows
where wording is not null
group by survey, question
