// Builds static/built/ from static/src/: styles by Sass, scripts by following their imports, then a compressed twin
// beside each. Run by `npm run build`, which also runs Sass first.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const BUILT = "static/built";
const SCRIPTS = ["app", "results", "suggest"];
const FRONTEND = "node_modules/govuk-frontend/dist/govuk/";
const IMPORT = /^import\s[^;]*?from\s+["']([^"']+)["'];?$/gm;
const EXPORT = /^export\s*\{[^}]*\};?$/gm;

/** A module and all it imports, each once, those imported first. GOV.UK's modules never use one name for two things. */
function follow(file, seen = new Set()) {
  if (seen.has(file)) return "";
  seen.add(file);
  const text = readFileSync(file, "utf8");
  let before = "";
  for (const [, name] of text.matchAll(IMPORT)) {
    const target = name.startsWith("govuk-frontend/") ? resolve(FRONTEND, name.slice(15)) : resolve(dirname(file), name);
    before += follow(target, seen);
  }
  return before + text.replace(IMPORT, "").replace(EXPORT, "");
}

/** Comments on lines of their own, indentation and empty lines cost bytes and say nothing to a browser. */
function squeeze(text) {
  return text
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^\s+/gm, "")
    .replace(/\n{2,}/g, "\n");
}

function declaredTwice(text) {
  const names = [...text.matchAll(/^(?:async\s+)?(?:class|const|let|function)\s+(\w+)/gm)].map(([, name]) => name);
  return names.filter((name, place) => names.indexOf(name) !== place);
}

mkdirSync(BUILT, { recursive: true });
for (const name of SCRIPTS) {
  const script = follow(resolve(`static/src/${name}.mjs`));
  const twice = declaredTwice(script);
  if (twice.length) throw new Error(`declared twice in ${name}: ${twice.join(", ")}`);
  writeFileSync(`${BUILT}/${name}.js`, squeeze(script));
}

const drawings = readFileSync("static/src/pictures.svg", "utf8");
writeFileSync(`${BUILT}/pictures.svg`, drawings.replace(/<!--[\s\S]*?-->/g, "").replace(/>\s+</g, "><").trim());
cpSync("static/src/icon.svg", `${BUILT}/icon.svg`);

for (const name of ["app.css", ...SCRIPTS.map((name) => `${name}.js`), "pictures.svg", "icon.svg"]) {
  const whole = readFileSync(`${BUILT}/${name}`);
  const small = gzipSync(whole, { level: 9 });
  writeFileSync(`${BUILT}/${name}.gz`, small);
  if (process.argv.includes("--say")) console.log(`${name}: ${whole.length} bytes, ${small.length} compressed`);
}
