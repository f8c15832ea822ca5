"""The demonstration's result packages: built from its data, queued for a nation that is not there, once."""

from datetime import UTC, datetime

import pytest
import reports_data

from canton.demo.upwards import report_up
from canton.exchange.models import Link, Outgoing
from canton.results.models import Result

NOW = datetime(1999, 1, 4, 4, 0, tzinfo=UTC)  # 12:00 in Guangdong: the 3rd is built and sent


@pytest.mark.usefixtures("centres")
def test_packages_are_built_and_wait_for_the_nation(home, province, tmp_path):
    reports_data.january(tmp_path / "january")
    made = {(each.name, each.period) for each in report_up(province, now=NOW)}
    assert {("traffic-day", f"1999-01-0{day}") for day in (1, 2, 3)} <= made
    assert {each.state for each in Result.objects.filter(name="traffic-day")} == {"waiting"}
    link = Link.objects.get()
    assert (link.pk, link.peer.tier) == (province.parent_id, "nation")
    queued = Outgoing.objects.filter(link=link).count()
    assert report_up(province, now=NOW) == []
    assert (Link.objects.count(), Outgoing.objects.filter(link=link).count()) == (1, queued)
