// Builds what pages load: `node build.mjs`; with --check the types are checked instead.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const from = join(root, "community/static");
const to = join(from, "dist");

if (process.argv.includes("--check")) {
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", root], { stdio: "inherit" });
  process.exit(0);
}

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const manifest = {};

// Styles: one file, the nesting left to the browser as the design was drawn.
const styles = await build({ entryPoints: [join(from, "css/app.css")], bundle: true, minify: true, write: false, target: "esnext" });
keep("app.css", styles.outputFiles[0].text);

// Scripts: one bundle a page kind.
for (const name of ["app", "plain"]) {
  const built = await build({
    entryPoints: [join(from, `src/${name}.ts`)], bundle: true, minify: true, write: false, format: "esm",
    target: "es2022", legalComments: "none", define: { "process.env.NODE_ENV": '"production"' },
  });
  keep(`${name}.js`, built.outputFiles[0].text);
}
writeFileSync(join(to, "manifest.json"), JSON.stringify(manifest, null, 1));

function keep(name, text) {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const file = basename(name).replace(".", `.${digest}.`);
  writeFileSync(join(to, file), text);
  manifest[name] = file;
}
