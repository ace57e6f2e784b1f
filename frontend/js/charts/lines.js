// Lines: the plan dashed and grey, the fact solid, an interval as a band behind its line.
export function lineSeries(series, at, { spec, theme, labelled }) {
  const isPlan = series.role === "plan";
  const isForecast = series.role === "forecast";
  const colour = isPlan ? theme.plan : colourOf(spec, at, theme);
  // Lines that reach the right edge are named there, moved apart; one that ends before is named below its end.
  const endsEarly = series.values.at(-1) == null;
  const step = spec.kind === "survival" ? "end" : undefined;
  const line = {
    type: "line",
    name: series.name,
    data: series.values,
    step,
    z: 3,
    showSymbol: series.values.length < 2,
    symbol: "circle",
    symbolSize: 6,
    connectNulls: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: isPlan ? 1.5 : 2, type: isPlan ? [6, 4] : isForecast ? [2, 3] : "solid" },
    endLabel: { show: labelled && endsEarly && Boolean(series.name), formatter: series.name, color: isPlan ? theme.faint : colour, fontSize: 12, distance: 8, offset: [-34, 16] },
    labelLayout: { moveOverlap: "shiftY" },
    emphasis: { disabled: true },
  };
  return series.low && series.high ? [line, ...band(series, at, colour, step)] : [line];
}

export const colourOf = (spec, at, theme) => theme.series[colourNumber(spec, at) % theme.series.length];

// A forecast continues the fact before it and so keeps its colour; the plan is grey and takes none.
function colourNumber(spec, at) {
  const own = (series) => series.role !== "plan" && series.role !== "forecast";
  const before = spec.series.slice(0, at).filter(own).length;
  return spec.series[at].role === "forecast" ? Math.max(0, before - 1) : before;
}

function band(series, at, colour, step) {
  const base = { type: "line", stack: `band-${at}`, stackStrategy: "all", silent: true, symbol: "none", step, lineStyle: { opacity: 0 }, emphasis: { disabled: true }, tooltip: { show: false }, z: 1 };
  const thickness = series.low.map((low, index) => (low == null || series.high[index] == null ? null : series.high[index] - low));
  return [
    { ...base, data: series.low },
    { ...base, data: thickness, areaStyle: { color: colour, opacity: 0.16 } },
  ];
}
