// The pages as GitHub renders them: GitHub's own dialect, and its sanitising of HTML. What it shows is what was meant.
import { expect, test } from "@jest/globals";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { toMarkdown } from "../../../sdk/pipeline/report/markdown.js";
import type { PlanReport } from "../../../sdk/pipeline/report/results.js";
import type { PlannedResource, PlanWarning } from "../../../sdk/pipeline/report/resource-results.js";
import { APPLICATION, device, FLOW, urn } from "./support.js";

const github = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .use(rehypeStringify);
const rendered = (markdown: string): string => String(github.processSync(markdown));

const resource: PlannedResource = {
  urn: urn("telemetry"),
  name: "telemetry",
  op: "update",
  applicationId: APPLICATION,
  flowId: FLOW,
  flowName: "Telemetry",
  ui: "https://app.losant.com",
  moved: [{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }],
  names: { [device(0)]: "line-1", [device(1)]: "line-2" },
  batches: ["1", "100%"],
  calls: ["replace v1 -> v2: moves 2 devices, all owned"],
};

function pageOf(...args: Parameters<typeof markdownOf>): string {
  return rendered(markdownOf(...args));
}

function markdownOf(more: Partial<PlannedResource> = {}, warnings: PlanWarning[] = [], stack = "production"): string {
  const report: PlanReport = {
    schema: "pulumi-losant/pipeline",
    version: 1,
    startedAt: "2026-11-27T04:00:00.000Z",
    durationSeconds: 4,
    kind: "plan",
    stack,
    plan: { resources: [{ ...resource, ...more }], devicesMoved: 2, otherChanges: [], warnings },
    drift: [],
    hash: "sha256:0123",
  };
  return toMarkdown(report);
}

test("a row is a row: mark, resource, workflow, from and to, devices, batches", () => {
  const cells = /<tbody>\n<tr>\n([^]*?)\n<\/tr>/.exec(pageOf())?.[1]?.split("\n") ?? [];
  const workflow = `https://app.losant.com/applications/${APPLICATION}/workflows/${FLOW}`;
  expect(cells.map((cell) => cell.replaceAll(/^<td>|<\/td>$/g, ""))).toEqual([
    "✅",
    "<code>telemetry</code>",
    `Telemetry <a href="${workflow}"><code>${FLOW}</code></a>`,
    "update",
    "<code>v1</code> → <code>v2</code>",
    "2",
    "batches: 1, 100%",
  ]);
});

test("devices are folded away, each on a line: its name, and its id as a link", () => {
  expect(pageOf()).toContain(
    `<details><summary>telemetry: 2 devices, v1 → v2</summary>\n<p>line-1 <a href="https://app.losant.com/applications/` +
      `${APPLICATION}/devices/${device(0)}"><code>${device(0)}</code></a><br>`,
  );
});

test("no link where Losant's address is not known, or where something else stands in its place", () => {
  expect(pageOf({ ui: undefined })).not.toContain("<a ");
  expect(pageOf({ ui: "https://evil.example" })).not.toContain("<a ");
  expect(pageOf({ flowId: "../../evil", applicationId: "x)[y](https://evil.example" })).not.toContain('evil.example"');
});

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![x](https://evil.example/x.png)",
  "[x](https://evil.example)",
  "https://evil.example/x www.evil.example",
  "olga@evil.example and @olga",
  "| a | b |",
  "</details><h1>done",
  "`code` ``more`` **bold** _it_ ~~no~~ #1",
  "a\n\n# heading\n- list",
  "\u001B[31mred\u202Eturned",
  "\\| \\` \\[",
  "--> <!-- -->",
  "~~~\n```",
];

test.each(HOSTILE)("%j is text, wherever it stands", (text) => {
  const plain = pageOf({ ui: undefined }, [{ code: "other", resource: "telemetry", message: "plain\nplain" }], "plain");
  const hostile = pageOf(
    {
      ui: undefined,
      name: text,
      flowName: text,
      moved: [{ from: text, to: "v2", deviceIds: [device(0), device(1)] }],
      names: { [device(0)]: text, [device(1)]: text },
      calls: [text],
      batches: [text, text],
    },
    [{ code: "other", resource: text, message: `${text.replaceAll("\n", " ")}\n${text.replaceAll("\n", " ")}` }],
    text,
  );
  const tags = (page: string): string[] => (page.match(/<\/?[a-z]\w*/g) ?? []).toSorted();
  const structure = (page: string) => tags(page).filter((tag) => tag !== "<code" && tag !== "</code");
  expect(structure(hostile)).toEqual(structure(plain));
  expect(hostile).not.toMatch(/<a |<img|<script/);
});

test.each(["/close", "  /assign @olga", "/label ~bug"])("on GitLab no line is a command: %j", (name) => {
  const names = { [device(0)]: name, [device(1)]: name };
  const lines = markdownOf({ name, flowName: name, names, calls: [name], ui: undefined }, [], name).split("\n");
  expect(lines.filter((line) => /^\s*\//.test(line))).toEqual([]);
  expect(pageOf({ names, ui: undefined })).toContain(`${name.trim().split(" ")[0]}`);
});

test("names that look like GitLab's references are text, and a percentage stays one", () => {
  const markdown = markdownOf({ names: { [device(0)]: "!12 $3 %v1", [device(1)]: "100% of it!" } });
  expect(markdown).toContain(String.raw`\!12 \$3 \%v1`);
  expect(markdown).toContain("100% of it! ");
});
