// Builds assets/ into static/dist/ (git-ignored); run by `manage.py assets`. No third-party code is committed.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { glyphs } from "./assets/glyphs.mjs";

const out = "static/dist";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: ["assets/js/app.js", "assets/css/app.css"], outdir: out,
  bundle: true, minify: true, legalComments: "none", logLevel: "warning",
  target: ["chrome125", "firefox128", "safari17.5"], // the first with light-dark()
  loader: { ".woff2": "file" }, assetNames: "[name]", entryNames: "[name]",
});

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
