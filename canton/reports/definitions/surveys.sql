-- rows
select
    respondent, centre, survey, question, wording, kind, answer, score, scale, answered, channel, number,
    contact_id, batch, line,
    cast(answered as date) as day,
    case when kind = 'choice' then answer end as choice,
    true as is_answers,
    kind = 'score' as is_scored,
    kind = 'score' and score * 100 >= scale * $satisfied_percent as is_satisfied_answers,
    kind = 'choice' as is_chosen
from surveys
where
    answered >= $start
    and answered < $end
    and list_contains($centres, centre)
    and kind <> 'fact'

-- figures
-- Answers that are no choice have no line in the split by choice.
select
    grouping_id(survey, question, choice, centre, day) as breakdown,
    survey,
    question,
    choice,
    centre,
    day,
    count(distinct (centre, survey, respondent)) as respondents,
    count(*) as answers,
    count(*) filter (where is_scored) as scored,
    coalesce(sum(score) filter (where is_scored), 0) as score_points,
    coalesce(sum(scale) filter (where is_scored), 0) as scale_points,
    count(*) filter (where is_satisfied_answers) as satisfied_answers,
    count(*) filter (where is_chosen) as chosen,
    sum(count(*) filter (where is_chosen)) over (
        partition by grouping_id(survey, question, choice, centre, day), survey, question
    ) as chosen_of_question
from rows
group by grouping sets ((), (survey, question), (survey, question, choice), (survey), (centre), (day))
having grouping(choice) = 1 or choice is not null
