"""Charts draw under the strict content policy, follow the theme, and stay within their element."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

DRAW = """() => {
  const sheet = document.querySelector('#content');
  for (const id of ['line', 'bars', 'heat']) {
    const box = document.createElement('div'); box.id = id; box.className = 'chart'; sheet.append(box);
  }
  const days = [...Array(31)].map((_, i) => `10-${i + 1}`);
  const series = [
    {name: 'A', values: days.map((_, i) => i === 9 ? null : 80 + i % 7)},
    {name: 'B', kind: 'compare', values: days.map(() => 82)},
  ];
  const events = [{at: 3, text: '<b>x</b>'}];
  Charts.line(line, {labels: days, series, target: {value: 85, label: 'T'}, unit: '%', from: 'auto', events});
  Charts.bars(bars, {labels: ['a', 'b'], values: [22, 6], unit: 'rows'});
  Charts.heatmap(heat, {columns: ['0', '1'], rows: ['Mon', 'Tue'], values: [[0, 0, 5], [1, 1, 9]]});
}"""


STROKES = "[...document.querySelectorAll('#line path')].map(p => p.getAttribute('stroke')).filter(Boolean)"


def test_charts_draw_under_the_policy_and_follow_the_theme(sign_in: Callable[..., Page]) -> None:
    page = sign_in("statistics")
    policy = page.goto("/").headers["content-security-policy"]  # type: ignore[union-attr]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy

    for script in ("/static/vendor/echarts/echarts.min.js", "/static/shell/charts.js"):
        page.add_script_tag(url=script)
    page.evaluate(DRAW)
    for chart in ("line", "bars", "heat"):
        expect(page.locator(f"#{chart} svg path").first).to_be_attached()
    assert "<b>x</b>" in (page.locator("#line svg").text_content() or "")

    page.locator("#line").hover()
    expect(page.locator("#line div b").first).to_be_visible()

    light = page.evaluate(STROKES)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => {STROKES}.some(stroke => !before.includes(stroke))", arg=light)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"before => {STROKES}.every(stroke => before.includes(stroke))", arg=light)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    page.wait_for_function(f"before => {STROKES}.some(stroke => !before.includes(stroke))", arg=light)
