// Builds assets/ into static/dist/ (git-ignored); run by `manage.py assets`. No third-party code is committed.
import { build } from "esbuild";
import subsetFont from "subset-font";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { glyphs } from "./assets/glyphs.mjs";

const out = "static/dist";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: ["assets/js/app.js", "assets/css/app.css", "assets/css/documents.css"], outdir: out,
  bundle: true, minify: true, legalComments: "none", logLevel: "warning",
  target: ["chrome125", "firefox128", "safari17.5"], // the first with light-dark()
  loader: { ".woff2": "file" }, assetNames: "[name]", entryNames: "[name]",
});

// Inter is half of a first visit. What no style sheet of ours asks for goes: weights below 400 and above 700, and all
// features but these. The Latin file loses the shapes of the other features too; it keeps every letter that it is for.
const features = ["calt", "ccmp", "cv11", "kern", "locl", "mark", "mkmk", "ss03", "tnum"];
const latin = [[0x20, 0x7e], [0xa0, 0xff], [0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2c6], [0x2da], [0x2dc], [0x304], [0x308],
  [0x329], [0x2000, 0x206f], [0x20ac], [0x2122], [0x2191], [0x2193], [0x2212], [0x2215], [0xfeff], [0xfffd]];
const letters = latin.flatMap(([from, to = from]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i))).join("");
// What is set on paper alone keeps all that joins its letters.
for (const name of readdirSync(out).filter(name => name.endsWith(".woff2") && !name.includes("arabic"))) {
  const kept = name.includes("-latin-wght") ? {} : { keepAllGlyphs: true };
  const font = await subsetFont(readFileSync(join(out, name)), kept.keepAllGlyphs ? undefined : letters, {
    targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700 } }, keepFeatures: features, ...kept,
  });
  writeFileSync(join(out, name), font);
}

// One sprite with only the icons that the product names; `manage.py assets` found them: file by name.
const names = JSON.parse(readFileSync(process.argv[2], "utf8"));
let sprite = '<svg xmlns="http://www.w3.org/2000/svg">';
for (const [name, file] of Object.entries(names).sort()) {
  let source;
  try {
    source = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  } catch {
    console.error(`${file} names the icon "${name}", which Lucide does not have.`);
    process.exitCode = 1;
    continue;
  }
  const inner = source.replace(/<!--[\s\S]*?-->/, "").replace(/<svg[\s\S]*?>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
  sprite += `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}
for (const [name, path] of Object.entries(glyphs)) sprite += `<symbol id="g-${name}" viewBox="0 0 14 14">${path}</symbol>`;
writeFileSync(join(out, "icons.svg"), sprite + "</svg>");

for (const file of ["app.css", "app.js", "icons.svg"]) {
  const size = brotliCompressSync(readFileSync(join(out, file))).length;
  console.log(`  ${file.padEnd(10)} ${(size / 1000).toFixed(1)} kB br`);
}
