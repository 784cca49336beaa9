// Builds the files that pages load: `node build.mjs`. With --check, checks types and tests the pure modules instead.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const source = join(root, "community/static");
const target = join(source, "dist");
// Phones of 2023 and later. Nesting is flattened for them, modules run unchanged.
const browsers = ["chrome111", "firefox113", "safari16.4"];

if (process.argv.includes("--check")) check();
else await buildAll();

async function buildAll() {
  mkdirSync(target, { recursive: true });
  const manifest = {
    "app.css": writeHashed("app.css", await bundle("css/app.css", { target: browsers })),
    "icons.svg": writeHashed("icons.svg", readFileSync(join(source, "icons.svg"))),
    "mark.svg": writeHashed("mark.svg", readFileSync(join(source, "mark.svg"))),
    ...writeIcons(readFileSync(join(source, "mark.svg"), "utf8")),
  };
  for (const name of ["app", "signed_out"]) {
    manifest[`${name}.js`] = writeHashed(`${name}.js`, await bundle(`src/${name}.ts`, { format: "esm", target: browsers }));
  }
  // It is loaded before the first paint, so it is a plain script and not a module.
  manifest["early.js"] = writeHashed("early.js", await bundle("src/early.ts", { format: "iife", target: browsers }));
  // The service worker is requested by a fixed name again and again, so its name has no digest.
  writeFileSync(join(target, "sw.js"), await bundle("src/sw.ts", { format: "iife", target: browsers, icon: manifest["icon-192.png"] }));
  // The manifest is written last and in one step: a server that reads it finds every file that it names.
  writeFileSync(join(target, "manifest.json.new"), JSON.stringify(manifest, null, 1));
  renameSync(join(target, "manifest.json.new"), join(target, "manifest.json"));
  const current = new Set([...Object.values(manifest).flatMap((file) => [file, `${file}.gz`]), "manifest.json", "sw.js"]);
  for (const file of readdirSync(target)) if (!current.has(file)) rmSync(join(target, file));
}

async function bundle(entry, { icon = "", ...options }) {
  const result = await build({
    entryPoints: [join(source, entry)], bundle: true, minify: true, write: false, legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', NOTIFICATION_ICON: JSON.stringify(`/static/dist/${icon}`) }, ...options,
  });
  return result.outputFiles[0].contents;
}

/** Write a file, plain and compressed, under a name with a digest of its contents. Returns that name. */
function writeHashed(name, contents) {
  const digest = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const file = name.replace(".", `.${digest}.`);
  writeFileSync(join(target, file), contents);
  if (!name.endsWith(".png")) writeFileSync(join(target, `${file}.gz`), gzipSync(contents, { level: 9 }));
  return file;
}

/** Draw the icons of home screens from the mark. Returns their names as built. */
function writeIcons(mark) {
  // Android cuts its own shape out of a maskable icon, and iPhones round the corners: both need the ground to the edge.
  const toTheEdge = mark.replace(' rx="6"', "");
  if (toTheEdge === mark) throw new Error("mark.svg: the ground has no rx=\"6\" any longer, so icons would have cut corners");
  const icons = [["icon-192.png", mark, 192], ["icon-512.png", mark, 512], ["icon-maskable-512.png", toTheEdge, 512], ["apple-touch-icon.png", toTheEdge, 180]];
  return Object.fromEntries(icons.map(([name, drawing, size]) => [name, writeHashed(name, new Resvg(drawing, { fitTo: { mode: "width", value: size } }).render().asPng())]));
}

function check() {
  const run = (...args) => execFileSync(process.execPath, args, { stdio: "inherit", cwd: root });
  run("node_modules/typescript/bin/tsc", "--noEmit", "-p", root);
  const tests = join(root, "tests/static");
  const names = readdirSync(tests).filter((name) => name.endsWith(".test.ts"));
  const out = mkdtempSync(join(tmpdir(), "static-tests-"));
  try {
    execFileSync(process.execPath, [join(root, "node_modules/esbuild/bin/esbuild"), ...names.map((name) => join(tests, name)),
      "--bundle", "--platform=node", "--format=esm", `--outdir=${out}`, "--out-extension:.js=.mjs", "--log-level=warning"], { stdio: "inherit" });
    run("--test", "--test-reporter=dot", ...names.map((name) => join(out, name.replace(/\.ts$/, ".mjs"))));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
