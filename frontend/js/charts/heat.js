// The heat map: hours against weekdays, darker for more, each cell with its number in the note.
import { numberWriter } from "./numbers.js";
import { fontFamily } from "./theme.js";
import { tip } from "./tip.js";

export function heatOptions(spec, theme, width) {
  const write = numberWriter(spec.unit);
  const cells = spec.cells.map(({ x, y, value, note, link }) => ({ value: [x, y, value ?? "-"], note, link }));
  const numbers = spec.cells.map((cell) => cell.value).filter((value) => value != null);
  const axis = { type: "category", axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: theme.faint, hideOverlap: true } };
  return {
    grid: { left: 4, right: 4, top: 6, bottom: 40, containLabel: true },
    xAxis: { ...axis, data: spec.labels },
    yAxis: { ...axis, data: spec.rows, inverse: true, axisLabel: { ...axis.axisLabel, interval: 0 } },
    visualMap: scale(theme, numbers, numberWriter(spec.unit, true), width),
    tooltip: {
      confine: true,
      backgroundColor: theme.surface,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontFamily, fontSize: 12 },
      formatter: ({ data, color }) => cellTip(spec, data, color, write),
    },
    series: [
      {
        type: "heatmap",
        data: cells,
        itemStyle: { borderColor: theme.surface, borderWidth: 2, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: theme.ink, borderWidth: 1 } },
      },
    ],
  };
}

function scale(theme, numbers, write, width) {
  return {
    min: Math.min(0, ...numbers),
    max: Math.max(...numbers, 1e-9),
    calculable: false,
    orient: "horizontal",
    left: 4,
    bottom: 0,
    itemWidth: 10,
    itemHeight: Math.min(160, width * 0.3),
    text: [write(Math.max(...numbers, 0)), write(Math.min(0, ...numbers))],
    textStyle: { color: theme.faint },
    inRange: { color: theme.heat },
  };
}

function cellTip(spec, data, colour, write) {
  const [x, y, value] = data.value;
  const lines = [{ colour, name: spec.series?.[0]?.name ?? "", text: value === "-" ? "\u2013" : write(value) }];
  if (data.note) lines.push({ colour: "transparent", name: data.note, text: "" });
  return tip(`${spec.rows[y]}, ${spec.labels[x]}`, lines);
}
