// Builds the files a browser loads: scripts, styles, fonts and the icon sprite.
import { build, context } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const source = path.join(root, "frontend");
const output = path.join(root, "src/onegoal/apps/shell/static/shell/dist");
const packageFolder = (name) => path.join(root, "node_modules", name);
const subsets = ["latin", "latin-ext", "cyrillic"];

async function filesUnder(folder, endings) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes(`${path.sep}dist${path.sep}`))
    .sort();
}

// Every icon named in a template ({% icon "x" %}), in Python (icon="x") or in a script (icon("x"), icon: "x").
async function iconsInUse() {
  const names = new Set();
  const files = [
    ...(await filesUnder(path.join(root, "src/onegoal"), [".html", ".py"])),
    ...(await filesUnder(source, [".js"])),
  ];
  for (const file of files) {
    const text = await readFile(file, "utf8");
    for (const match of text.matchAll(/\bicon(?: |=|\(|: )\s*"([a-z0-9-]+)"/g)) names.add(match[1]);
  }
  return [...names].sort();
}

async function writeSprite() {
  const folder = path.join(packageFolder("@tabler/icons"), "icons/outline");
  const symbols = [];
  for (const name of await iconsInUse()) {
    const svg = await readFile(path.join(folder, `${name}.svg`), "utf8").catch(() => null);
    if (svg === null) {
      console.warn(`No icon is called "${name}".`);
      continue;
    }
    const shapes = svg
      .replace(/<!--[\s\S]*?-->/g, "")
      .match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1]
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s+/g, " ")
      .trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(path.join(output, "icons.svg"), sprite);
}

// Only the subsets our four languages need; each is fetched when its letters are on the page.
async function writeFonts() {
  const folder = packageFolder("@fontsource-variable/inter");
  const sheet = await readFile(path.join(folder, "index.css"), "utf8");
  const faces = sheet.match(/@font-face\s*{[^}]*}/g) ?? [];
  const kept = faces.filter((face) => subsets.some((subset) => face.includes(`inter-${subset}-wght-normal`)));
  if (kept.length !== subsets.length) throw new Error("The font package no longer has the expected subsets.");
  for (const subset of subsets) {
    const file = `inter-${subset}-wght-normal.woff2`;
    await cp(path.join(folder, "files", file), path.join(output, file));
  }
  const faceSheet = kept.map((face) => face.replaceAll("./files/", "./")).join("\n");
  await writeFile(path.join(output, "fonts.css"), faceSheet);
}

const shared = {
  bundle: true,
  minify: true,
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: root,
};

const scripts = {
  ...shared,
  // The wall has scripts and styles of its own: a TV loads nothing of the work screens.
  entryPoints: { app: path.join(source, "js/app.js"), wall: path.join(source, "js/wall.js") },
  outdir: output,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
};

// The theme is set before the first paint, by a script that is no module and so is not deferred.
const theme = { ...shared, entryPoints: [path.join(source, "js/theme.js")], outdir: output, format: "iife" };

const styles = {
  ...shared,
  entryPoints: {
    app: path.join(source, "css/app.css"),
    error: path.join(source, "css/error.css"),
    wall: path.join(source, "css/wall.css"),
  },
  outdir: output,
  external: ["*.woff2"],
};

async function main() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await Promise.all([writeSprite(), writeFonts()]);
  if (process.argv.includes("--watch")) {
    for (const options of [scripts, theme, styles]) await (await context(options)).watch();
    console.log("Watching frontend/ for changes.");
    return;
  }
  await Promise.all([scripts, theme, styles].map((options) => build(options)));
}

await main();
