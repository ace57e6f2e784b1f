// Bars from zero, one beside the other or stacked; a plan is an outline beside the fact.
export function barSeries(series, at, { spec, theme }) {
  const isPlan = series.role === "plan";
  const isStacked = spec.kind === "stacked" && !isPlan;
  const before = spec.series.slice(0, at).filter((one) => one.role !== "plan").length;
  const colour = theme.series[before % theme.series.length];
  const look = isPlan ? { color: "transparent", borderColor: theme.plan, borderType: "dashed", borderWidth: 1.5 } : { color: colour };
  const radius = spec.is_horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  const bar = {
    type: "bar",
    name: series.name,
    data: series.values,
    stack: isStacked ? "all" : undefined,
    barMaxWidth: 34,
    barGap: "12%",
    barCategoryGap: "32%",
    itemStyle: { borderRadius: isStacked ? 0 : radius, ...look },
    emphasis: { focus: "none", itemStyle: { opacity: 0.85 } },
    cursor: series.links ? "pointer" : "default",
  };
  return [bar];
}
