/* Charts to the house's rules: SVG, no animation, one series in the accent, comparison grey, target dashed, axes from 0.

   Load echarts before this file:
     <script src="{% static 'vendor/echarts/echarts.min.js' %}" defer></script>
     <script src="{% static 'shell/charts.js' %}" defer></script>
   Draw without a script of your own: data in a json_script block, and one element that names it:
     {{ data|json_script:"daily" }} <div class="chart" data-chart="line" data-from="daily" role="img" aria-label="…"></div>
   or call Charts.line(element, options) and so on. Text is always data, never HTML.

   Charts.line(el, {labels: ["10-01", …], series: [{name, values: [88.7, null, …], kind: ""|"compare"|"forecast"}],
                    target: {value: 85, label: "目标 85"}, unit: "%", decimals: 1, from: 0 | 75 | "auto", to: 100,
                    events: [{at: 14, text: "…", below: true}], links: ["?day=…", …]})
       null is a gap, never 0. from "auto" starts the axis near the data: print 刻度 in the panel's head then.
   Charts.bars(el, {labels, values, unit, decimals, strong: 0 (index in the accent, -1 none), links, target, upright: false})
       lying bars with the figure at their end; upright: columns, e.g. hours of the day.
   Charts.heatmap(el, {columns: ["0", …], rows: ["周一", …], values: [[column, row, value], …], unit, decimals, max, links: {"3,0": "?…"}})
   All take aria (a sentence; else ECharts makes one from the data), redraw when the theme changes and fit their element.
   Return the ECharts instance. Elements that arrive by htmx are drawn too. */
(() => {
  "use strict";
  const charts = new Map(); /* element -> {chart, make} */
  const probe = document.createElement("i");
  probe.hidden = true;

  /* the computed value of a token: light-dark() is resolved only on a real property */
  const colour = (token) => {
    if (!probe.isConnected) document.body.append(probe);
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const font = () => getComputedStyle(document.body).fontFamily;
  const show = (value, options) => value === null || value === undefined ? "—"
    : Number(value).toLocaleString("en-US", { minimumFractionDigits: options.decimals || 0, maximumFractionDigits: options.decimals || 0 }) + (options.unit ? " " + options.unit : "");

  /* tooltips are elements: markup with style attributes would break the content policy */
  const tip = (title, lines) => {
    const box = document.createElement("div");
    const head = document.createElement("b");
    head.textContent = title;
    box.append(head);
    for (const text of lines) {
      const line = document.createElement("div");
      line.textContent = text;
      box.append(line);
    }
    return box;
  };

  const common = (options) => ({
    animation: false,
    textStyle: { fontFamily: font(), color: colour("ink-2") },
    aria: { enabled: true, label: options.aria ? { description: options.aria } : {} },
    tooltip: {
      backgroundColor: colour("surface"), borderColor: colour("line-strong"), borderWidth: 1, padding: [6, 10], confine: true,
      textStyle: { color: colour("ink"), fontSize: 13, fontFamily: font() }, extraCssText: "box-shadow: var(--lift)",
    },
  });
  const labelAxis = (labels, extra) => ({
    type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line-strong") } },
    axisLabel: { color: colour("ink-2"), fontSize: 12, hideOverlap: true }, ...extra,
  });
  const valueAxis = (options, extra) => ({
    type: "value", scale: options.from === "auto", min: options.from === "auto" ? undefined : options.from || 0, max: options.to, splitNumber: 4,
    axisLabel: { color: colour("ink-2"), fontSize: 12, formatter: (value) => value.toLocaleString("en-US") },
    splitLine: { lineStyle: { color: colour("line") } }, ...extra,
  });
  const targetLine = (target, across) => target ? {
    silent: true, symbol: "none", lineStyle: { color: colour("warn"), type: "dashed", width: 1.5 },
    label: { show: Boolean(target.label), formatter: target.label || "", color: colour("warn"), fontSize: 12, position: "insideEndTop" },
    data: [across ? { xAxis: target.value } : { yAxis: target.value }],
  } : undefined;

  const makers = {
    line(options) {
      const styles = {
        compare: { color: colour("compare"), width: 1.5, type: "solid" },
        forecast: { color: colour("ink-3"), width: 1.5, type: "dashed" },
        "": { color: colour("accent"), width: 2, type: "solid" },
      };
      const series = options.series.map((each, at) => ({
        type: "line", name: each.name, data: each.values, connectNulls: false, symbol: "circle", symbolSize: 5,
        showSymbol: options.labels.length === 1, lineStyle: styles[each.kind || ""], itemStyle: { color: styles[each.kind || ""].color }, z: each.kind ? 2 : 3,
        markLine: at === 0 ? targetLine(options.target, false) : undefined,
        markPoint: at === 0 && options.events?.length ? {
          symbol: "circle", symbolSize: 8, itemStyle: { color: colour("accent") },
          label: { show: true, position: "top", color: colour("ink"), fontSize: 12, formatter: (point) => point.data.text, textBorderColor: colour("surface"), textBorderWidth: 3 },
          data: options.events.map((event) => ({ coord: [event.at, each.values[event.at]], text: event.text, label: { position: event.below ? "bottom" : "top" } })),
        } : undefined,
      }));
      return {
        ...common(options), grid: { left: 8, right: 16, top: 16, bottom: 4, containLabel: true },
        tooltip: { ...common(options).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: colour("line-strong") } },
          formatter: (points) => tip(points[0].axisValueLabel, points.map((point) => `${point.seriesName}  ${show(point.value, options)}`)) },
        xAxis: labelAxis(options.labels, { boundaryGap: false }), yAxis: valueAxis(options), series,
      };
    },

    bars(options) {
      const strong = options.strong ?? 0;
      const data = options.values.map((value, at) => ({ value, itemStyle: { color: colour(at === strong || options.upright ? "accent" : "series-rest") } }));
      const formatter = (point) => show(point.value, options);
      const series = [{
        type: "bar", data, barWidth: options.upright ? "62%" : 14, markLine: targetLine(options.target, !options.upright),
        itemStyle: { borderRadius: options.upright ? [2, 2, 0, 0] : [0, 2, 2, 0] }, cursor: options.links ? "pointer" : "default",
        label: { show: !options.upright, position: "right", color: colour("ink-2"), fontSize: 13, fontFamily: font(), formatter },
      }];
      const tooltip = { ...common(options).tooltip, formatter: (point) => tip(point.name, [show(point.value, options)]) };
      if (options.upright) return { ...common(options), tooltip, grid: { left: 8, right: 8, top: 16, bottom: 4, containLabel: true }, xAxis: labelAxis(options.labels), yAxis: valueAxis(options), series };
      return {
        ...common(options), tooltip, grid: { left: 8, right: 84, top: 4, bottom: 4, containLabel: true },
        xAxis: valueAxis(options, { show: false }),
        yAxis: labelAxis(options.labels, { inverse: true, axisLine: { show: false }, axisLabel: { color: colour("ink"), fontSize: 13, margin: 12, width: 220, overflow: "truncate" } }), series,
      };
    },

    heatmap(options) {
      const top = options.max ?? Math.max(1, ...options.values.map((cell) => cell[2] ?? 0));
      return {
        ...common(options), grid: { left: 8, right: 8, top: 8, bottom: 4, containLabel: true },
        tooltip: { ...common(options).tooltip, formatter: (point) => tip(`${options.rows[point.data[1]]} ${options.columns[point.data[0]]}`, [show(point.data[2], options)]) },
        xAxis: labelAxis(options.columns, { axisLine: { show: false } }),
        yAxis: labelAxis(options.rows, { inverse: true, axisLine: { show: false } }),
        visualMap: { show: false, min: 0, max: top, inRange: { color: ["seq-1", "seq-2", "seq-3", "seq-4"].map(colour) } },
        series: [{ type: "heatmap", data: options.values, itemStyle: { borderColor: colour("surface"), borderWidth: 1.5, borderRadius: 2 }, emphasis: { itemStyle: { borderColor: colour("ink") } }, cursor: options.links ? "pointer" : "default" }],
      };
    },
  };

  const follow = (options, point) => {
    const key = Array.isArray(point.data) ? `${point.data[0]},${point.data[1]}` : point.dataIndex;
    const href = options.links?.[key];
    if (href) window.location.assign(href);
  };

  const draw = (kind) => (element, options) => {
    charts.get(element)?.chart.dispose();
    const chart = echarts.init(element, null, { renderer: "svg" });
    const make = () => makers[kind](options);
    chart.setOption(make());
    chart.on("click", (point) => follow(options, point));
    charts.set(element, { chart, make });
    sizes.observe(element);
    return chart;
  };

  const forget = (element) => { charts.get(element)?.chart.dispose(); charts.delete(element); sizes.unobserve(element); };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) target.isConnected ? charts.get(target)?.chart.resize() : forget(target);
  });
  const repaint = () => {
    for (const [element, { chart, make }] of charts) element.isConnected ? chart.setOption(make(), true) : forget(element);
  };
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint); /* a page that follows the browser */

  /* paper is light and narrower than a screen: 680 px fit both ways of A4 */
  const PAPER = 680, root = document.documentElement;
  let theme = "";
  const redraw = (size) => { for (const { chart, make } of charts.values()) { chart.setOption(make(), true); chart.resize(size); } };
  window.addEventListener("beforeprint", () => { theme = root.dataset.bsTheme; root.dataset.bsTheme = "light"; redraw({ width: PAPER }); });
  window.addEventListener("afterprint", () => { root.dataset.bsTheme = theme; redraw({ width: "auto" }); });

  const Charts = { line: draw("line"), bars: draw("bars"), heatmap: draw("heatmap") };
  const drawAll = () => {
    for (const element of charts.keys()) if (!element.isConnected) forget(element);
    for (const element of document.querySelectorAll("[data-chart]")) {
      const source = document.getElementById(element.dataset.from);
      if (source && !charts.has(element)) Charts[element.dataset.chart](element, { aria: element.getAttribute("aria-label"), ...JSON.parse(source.textContent) });
    }
  };
  document.addEventListener("htmx:load", drawAll);
  window.Charts = Charts;
  drawAll();
})();
