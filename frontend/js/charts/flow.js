// Flows from step to step (Sankey): one colour for each name, wherever it stands; what has no colour is grey.
import { numberWriter } from "./numbers.js";
import { fontFamily } from "./theme.js";
import { tip } from "./tip.js";

const narrow = 560;

export function flowOptions(spec, theme, width) {
  const write = numberWriter(spec.unit);
  const names = new Map(spec.stops.map((stop) => [stop.name, stop.label]));
  const last = Math.max(...spec.stops.map((stop) => stop.depth));
  const colour = colours(spec, theme);
  const isNarrow = width < narrow;
  return {
    tooltip: {
      confine: true,
      backgroundColor: theme.surface,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontFamily, fontSize: 12 },
      formatter: ({ dataType, data, value, color }) => flowTip(dataType, data, value, color, names, write),
    },
    series: [
      {
        type: "sankey",
        left: 2,
        right: isNarrow ? 74 : 120,
        top: 8,
        bottom: 8,
        nodeWidth: isNarrow ? 8 : 12,
        nodeGap: isNarrow ? 7 : 10,
        nodeAlign: "left",
        layoutIterations: 48,
        draggable: false,
        emphasis: { focus: "adjacency", lineStyle: { opacity: 0.6 } },
        lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
        data: spec.stops.map((stop) => stopOf(stop, { colour, theme, isNarrow, isLast: stop.depth === last })),
        links: spec.flows,
      },
    ],
  };
}

// On a phone only the first column and the end have room for names; the others are named by their colour and on touch.
function stopOf(stop, { colour, theme, isNarrow, isLast }) {
  const isNamed = !isNarrow || stop.depth === 0 || isLast;
  const label = { show: isNamed, formatter: stop.label, color: theme.ink, fontFamily, fontSize: 12, width: isNarrow ? 66 : 108, overflow: "truncate", textBorderColor: theme.surface, textBorderWidth: 2 };
  return { name: stop.name, depth: stop.depth, label, itemStyle: { color: colour(stop.tone), borderWidth: 0 } };
}

function colours(spec, theme) {
  const tones = [...new Set(spec.stops.map((stop) => stop.tone).filter(Boolean))].slice(0, theme.series.length);
  return (tone) => theme.series[tones.indexOf(tone)] ?? theme.plan;
}

function flowTip(dataType, data, value, colour, names, write) {
  const title = dataType === "edge" ? `${names.get(data.source)} \u2192 ${names.get(data.target)}` : names.get(data.name);
  return tip(title, [{ colour, name: "", text: write(value) }]);
}
