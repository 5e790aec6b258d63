/**
 * The status page as one text: `sdk/status/page/`, bundled and minified, styles and code in it. A policy in the page names
 * its own style and its own code by their hashes, so that a browser runs nothing else.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * @param {string} root - of the repository
 * @returns {Promise<{ template: string, files: readonly string[] }>} the page, and the files of other packages in it
 */
export async function buildPage(root) {
  const folder = join(root, "sdk", "status", "page");
  const build = await rolldown({
    input: join(folder, "main.tsx"),
    platform: "browser",
    tsconfig: join(folder, "tsconfig.json"),
    resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
    onLog: (level, log, handler) => handler(log.code === "UNRESOLVED_IMPORT" ? "error" : level, log),
  });
  const { output } = await build.generate({ format: "iife", minify: true });
  await build.close();
  const [{ code, moduleIds }] = output;
  const script = endless(code.trim(), "script");
  const style = endless(minified(readFileSync(join(folder, "style.css"), "utf8")), "style");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    // What the code sets on elements is no style of the document.
    `style-src ${hashOf(style)}`,
    "img-src data:",
    // The live page asks its own server.
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    style: `<style>${style}</style>`,
    script: `<script>${script}</script>`,
  };
  const page = readFileSync(join(folder, "page.html"), "utf8").replaceAll(/^\s+/gm, "");
  const template = page.replaceAll(/<!--(policy|style|script)-->/g, (_mark, name) => parts[name]);
  if (template.split("<!--status-->").length !== 2) throw new Error("page.html needs one place for the status");
  return { template, files: moduleIds.filter((id) => id.includes("node_modules")) };
}

/** Text that would end its own element must not be built in. */
function endless(text, element) {
  if (text.toLowerCase().includes(`</${element}`) || text.includes("<!--")) {
    throw new Error(`the page's ${element} holds an end of itself`);
  }
  return text;
}

/** Comments and what is between rules; the rest is small enough. */
function minified(css) {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .trim();
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
