// One theme for every plot: colours that the colour-blind can tell apart (Okabe and Ito), light and dark.
const okabeIto = { light: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B07800", "#3A9BD9"], dark: ["#56B4E9", "#F0914D", "#2FC79B", "#DD95BE", "#E69F00", "#F0E442"] };
const light = { ink: "#1b1d23", soft: "#4c515c", faint: "#646974", line: "#e6e7eb", surface: "#ffffff", quiet: "#f1f2f5", plan: "#8a8f9b", series: okabeIto.light, heat: ["#f1f4f8", "#b5d3ea", "#5aa3d6", "#0072B2", "#00476f"] };
const dark = { ink: "#e8e9ec", soft: "#b4b8c2", faint: "#9a9fab", line: "#282c34", surface: "#17191e", quiet: "#1d2026", plan: "#8a91a0", series: okabeIto.dark, heat: ["#1d2026", "#153a54", "#1d618f", "#3a93cc", "#8fd0f7"] };

export const currentTheme = () => (document.documentElement.dataset.bsTheme === "dark" ? dark : light);
export const paperTheme = () => light;
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const fontFamily = '"Inter Variable", system-ui, sans-serif';
