// From the server's description of a chart to the options of ECharts.
import { barSeries } from "./bars.js";
import { flowOptions } from "./flow.js";
import { heatOptions } from "./heat.js";
import { colourOf, lineSeries } from "./lines.js";
import { labelWriter, numberWriter } from "./numbers.js";
import { fontFamily, isStill } from "./theme.js";
import { tip } from "./tip.js";

const narrow = 560;
const nameHeight = 15;

const highest = (spec) => Math.max(0, ...spec.series.flatMap((series) => [...series.values, ...(series.high ?? [])]).filter((value) => value != null));

export function optionsFor(spec, theme, width, height = 300) {
  const common = {
    animation: !isStill(),
    animationDuration: 350,
    color: theme.series,
    backgroundColor: "transparent",
    textStyle: { fontFamily, fontSize: 12, color: theme.soft },
  };
  if (spec.kind === "heat") return { ...common, ...heatOptions(spec, theme, width) };
  if (spec.kind === "flow") return { ...common, ...flowOptions(spec, theme, width) };
  return { ...common, ...axesOptions(spec, theme, width, height) };
}

function axesOptions(spec, theme, width, height) {
  const isBars = spec.kind === "bars" || spec.kind === "stacked";
  const named = spec.series.filter((series) => series.name);
  const labelled = !isBars && width >= narrow;
  const series = spec.series.flatMap((one, at) => (isBars ? barSeries : lineSeries)(one, at, { spec, theme, labelled }));
  if (labelled && !spec.is_horizontal) series.push(endNames(spec, theme, { height }));
  if (spec.marks?.length) series[0].markLine = marks(spec, theme);
  const category = categoryAxis(spec, theme, isBars, width);
  const value = valueAxis(spec, theme, isBars);
  const [xAxis, yAxis] = spec.is_horizontal ? [value, { ...category, inverse: true }] : [category, value];
  return {
    grid: { left: 4, right: labelled ? endSpace(named) : 12, top: named.length > 1 && !labelled ? 44 : spec.marks?.length ? 26 : 14, bottom: 4, containLabel: true },
    legend: named.length > 1 && !labelled ? legend(named, theme) : { show: false },
    tooltip: tooltip(spec, theme),
    xAxis,
    yAxis,
    series,
  };
}

// Names at the ends of the lines, moved apart where the lines end close to each other.
function endNames(spec, theme, { height }) {
  const last = spec.labels.length - 1;
  const top = spec.kind === "survival" ? shareAxis(spec).max : highest(spec);
  const gap = (top * nameHeight) / Math.max(height - 60, nameHeight);
  const ends = spec.series
    .map((series, at) => ({ name: series.name, value: series.values[last], colour: series.role === "plan" ? theme.faint : colourOf(spec, at, theme) }))
    .filter((end) => end.name && end.value != null)
    .sort((one, other) => one.value - other.value);
  ends.forEach((end, at) => { end.at = at ? Math.max(end.value, ends[at - 1].at + gap) : end.value; });
  const data = ends.map((end) => ({ value: [last, end.at], name: end.name, label: { color: end.colour } }));
  return { type: "scatter", data, symbolSize: 1, silent: true, z: 4, tooltip: { show: false }, itemStyle: { color: "transparent" }, labelLayout: { hideOverlap: false }, label: { show: true, position: "right", distance: 8, fontSize: 12, formatter: ({ name }) => name } };
}

const endSpace = (named) => Math.min(170, 26 + 6.6 * Math.max(0, ...named.map((series) => series.name.length)));

function legend(named, theme) {
  return { type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 8, icon: "roundRect", textStyle: { color: theme.soft }, pageTextStyle: { color: theme.soft }, data: named.map((series) => series.name) };
}

function categoryAxis(spec, theme, isBars, width) {
  return {
    type: "category",
    data: spec.labels,
    boundaryGap: isBars,
    axisLine: { lineStyle: { color: theme.plan } },
    axisTick: { show: false },
    axisLabel: { color: theme.faint, hideOverlap: true, margin: 10, interval: spec.label_every ? (at) => at % spec.label_every === 0 : "auto", formatter: labelWriter(spec.label_kind), width: spec.is_horizontal ? Math.min(170, width * 0.34) : undefined, overflow: "truncate" },
  };
}

function valueAxis(spec, theme, isBars) {
  return {
    type: "value",
    min: isBars || spec.starts_at_zero ? (range) => Math.min(0, range.min) : undefined,
    ...(spec.kind === "survival" ? shareAxis(spec) : {}),
    scale: !isBars && !spec.starts_at_zero,
    splitNumber: 4,
    minInterval: isCounted(spec) ? 1 : undefined,
    axisLine: { show: false },
    splitLine: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.faint, formatter: numberWriter(spec.unit, true), hideOverlap: true },
  };
}

// There is no half of a person: an axis of whole numbers has no ticks between them.
const isCounted = (spec) => spec.unit?.kind === "number" && spec.series.every((series) => series.values.every((value) => value == null || Number.isInteger(value)));

// Where few ever arrive, a whole axis to 100 % would press all curves into one line.
function shareAxis(spec) {
  const max = [0.05, 0.1, 0.25, 0.5].find((limit) => limit >= highest(spec)) ?? 1;
  return { max, interval: max / 5 };
}

function marks(spec, theme) {
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: theme.faint, type: "solid", width: 1 },
    label: { color: theme.soft, fontSize: 11, formatter: ({ name }) => name, position: "end", distance: 6 },
    data: spec.marks.map((mark) => ({ xAxis: mark.at, name: mark.label })),
  };
}

function tooltip(spec, theme) {
  const write = numberWriter(spec.unit);
  const writeLabel = labelWriter(spec.label_kind);
  return {
    trigger: "axis",
    confine: true,
    backgroundColor: theme.surface,
    borderColor: theme.line,
    textStyle: { color: theme.ink, fontFamily, fontSize: 12 },
    axisPointer: { lineStyle: { color: theme.plan, type: "solid" }, type: spec.kind === "bars" || spec.kind === "stacked" ? "shadow" : "line", shadowStyle: { color: theme.plan, opacity: 0.09 } },
    formatter: (points) => {
      const at = points[0].dataIndex;
      const lines = spec.series.filter((series) => series.values[at] != null).map((series) => line(series, at, points, write));
      return tip(writeLabel(spec.labels[at]), lines);
    },
  };
}

function line(series, at, points, write) {
  const point = points.find((one) => one.seriesName === series.name);
  const [low, high] = [series.low?.[at], series.high?.[at]];
  const between = low == null || high == null || low === high ? "" : ` (${write(low)}\u2013${write(high)})`;
  return { colour: point?.color ?? "transparent", name: series.name, text: write(series.values[at]) + between };
}
