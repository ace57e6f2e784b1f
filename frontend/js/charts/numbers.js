// Writes numbers and days in a plot as the page's language writes them.
const language = () => document.documentElement.dataset.locale || document.documentElement.lang || "en";
const realMinus = (text) => text.replace(/^-/, "\u2212");

export function numberWriter(unit = {}, short = false) {
  const compact = short ? { notation: "compact", maximumFractionDigits: 1 } : {};
  if (unit.kind === "percent") {
    const format = new Intl.NumberFormat(language(), { maximumFractionDigits: short ? 0 : 1 });
    return (value) => `${realMinus(format.format(value * 100))}\u00a0%`;
  }
  if (unit.kind === "money") {
    const format = new Intl.NumberFormat(language(), { style: "currency", currency: unit.currency, maximumFractionDigits: 0, ...compact });
    return (value) => realMinus(format.format(value / 10 ** (unit.digits ?? 2)));
  }
  const format = new Intl.NumberFormat(language(), { maximumFractionDigits: 1, ...compact });
  const suffix = unit.suffix ? `\u00a0${unit.suffix}` : "";
  return (value) => realMinus(format.format(value)) + suffix;
}

export function labelWriter(kind) {
  if (kind !== "day" && kind !== "month") return (label) => label;
  const parts = kind === "month" ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(language(), { ...parts, timeZone: "UTC" });
  return (label) => format.format(new Date(`${label}T00:00:00Z`));
}
