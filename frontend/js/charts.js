// Plots: turns the server's description of a chart into ECharts, with its buttons, theme and table.
import { BarChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { saveCsv, savePng } from "./charts/save.js";
import { optionsFor } from "./charts/options.js";
import { currentTheme, paperTheme } from "./charts/theme.js";

use([BarChart, HeatmapChart, LineChart, SankeyChart, ScatterChart, LabelLayout, CanvasRenderer]);
use([AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent]);

const shown = new Set();

export function showChart(figure) {
  figure.dataset.shown = "";
  const plot = figure.querySelector(".chart-plot");
  const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const entry = { figure, plot, spec, chart: init(plot, null, { renderer: "canvas" }) };
  shown.add(entry);
  draw(entry, currentTheme());
  plot.classList.remove("is-waiting");
  watchSize(entry);
  entry.chart.on("click", (event) => followLink(entry, event));
  figure.addEventListener("click", (event) => onTool(entry, event.target.closest("[data-chart-tool]")));
}

function draw({ chart, plot, spec }, theme) {
  chart.setOption(optionsFor(spec, theme, plot.clientWidth), { notMerge: true });
}

function watchSize(entry) {
  let width = entry.plot.clientWidth;
  const observer = new ResizeObserver(() => {
    if (!entry.plot.isConnected) {
      observer.disconnect();
      shown.delete(entry);
      return entry.chart.dispose();
    }
    if (!entry.plot.clientWidth) return;
    entry.chart.resize();
    if (entry.plot.clientWidth !== width) draw(entry, currentTheme());
    width = entry.plot.clientWidth;
  });
  observer.observe(entry.plot);
}

function followLink({ spec }, event) {
  const link = spec.series[event.seriesIndex]?.links?.[event.dataIndex] ?? event.data?.link;
  if (link) location.assign(link);
}

function onTool(entry, button) {
  const tool = button?.dataset.chartTool;
  if (tool === "png") savePng(entry, () => draw(entry, paperTheme()), () => draw(entry, currentTheme()));
  if (tool === "csv") saveCsv(entry);
  if (tool === "table") showTable(entry, button);
}

function showTable({ figure, plot, chart }, button) {
  const asTable = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(asTable));
  plot.hidden = asTable;
  figure.querySelector(".chart-table").hidden = !asTable;
  if (!asTable) chart.resize();
}

const drawAll = (theme) => shown.forEach((entry) => entry.plot.isConnected && draw(entry, theme));
document.addEventListener("onegoal:theme", () => drawAll(currentTheme()));
addEventListener("beforeprint", () => drawAll(paperTheme()));
addEventListener("afterprint", () => drawAll(currentTheme()));
