// What a webhook is told of a run: its contents, its forms, and that a webhook that fails changes nothing.
import { describe, expect, test } from "@jest/globals";
import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { notifyOfReport, webhookOf } from "../../../sdk/cli/notify-options.js";
import { notificationOf } from "../../../sdk/pipeline/notify/notification.js";
import { notReported } from "../../../sdk/pipeline/notify/not-reported.js";
import { notify } from "../../../sdk/pipeline/notify/notify.js";
import { slackMessageOf } from "../../../sdk/pipeline/notify/slack.js";
import { formatFor, jobPageOf, webhookProblem } from "../../../sdk/pipeline/notify/webhook.js";
import type { Report } from "../../../sdk/pipeline/report/results.js";
import { report } from "../../../sdk/pipeline/report/schemas.js";
import { startHttpServer, unusedUrl } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { deployed, deployResult, drifted, driftReport, ENVELOPE, failure, health } from "./results.js";
import { device } from "./support.js";

const DRIFT = driftReport({ clean: false, resources: [drifted(12)] });
const SECRET = "/services/T0/B0/s3cr3t";

describe("a notification", () => {
  test("has a line for the run, and of each stack its exit code and the first ten devices that need a look", () => {
    const { title, exitCode, command, stacks } = notificationOf(DRIFT);
    expect({ title, exitCode, command }).toEqual({
      title: "production: 12 devices drifted",
      exitCode: 2,
      command: "drift",
    });
    const [stack] = stacks;
    expect(stack).toMatchObject({ stack: "production", exitCode: 2, headline: "12 devices drifted", moreDevices: 2 });
    expect(stack?.devices).toHaveLength(10);
    expect(stack?.devices[0]).toEqual({
      deviceId: device(0),
      name: "line|3 <b>",
      resource: "telemetry",
      what: "v1 -> v3 by user olga_b",
    });
  });

  test("says of failed devices what Losant said, and of a refusal why", () => {
    const failed = notificationOf(deployResult({ outcome: "failed", resources: [deployed({ failed: [failure] })] }));
    expect(failed.stacks[0]?.devices).toEqual([
      { deviceId: device(9), name: "line-9", resource: "telemetry", what: "v2 failed: agent too old" },
    ]);
    const refusal = { gate: "maxDevices", reason: "2 devices would move, 1 may" } as const;
    expect(notificationOf(deployResult({ outcome: "refused", refusal })).stacks[0]).toMatchObject({
      exitCode: 3,
      headline: "refused",
      reason: refusal.reason,
    });
  });

  test("of several stacks counts those that need a look, and names one that stands alone", () => {
    const of = (...stacks: (typeof DRIFT)[]): string =>
      notificationOf({ ...ENVELOPE, kind: "driftSummary", clean: false, stacks }).title;
    expect(of(driftReport({ stack: "staging" }), DRIFT)).toBe("production: 12 devices drifted");
    expect(of(DRIFT, DRIFT, driftReport())).toBe("2 of 3 stacks need a look");
    expect(of(driftReport(), driftReport())).toBe("0 of 2 stacks need a look");
  });

  test("of a promotion has every stage, the hold that stopped it, and what was not reached", () => {
    const report: Report = {
      ...ENVELOPE,
      kind: "promote",
      outcome: "stopped",
      stages: [deployResult({ stack: "staging" })],
      holds: [{ after: "staging", outcome: "stopped", reason: "1 device failed", seconds: 30 }],
      notReached: ["production"],
    };
    const { title, stacks } = notificationOf(report);
    expect(title).toBe("Promotion stopped");
    expect(stacks.map(({ stack, headline, reason }) => [stack, headline, reason])).toEqual([
      ["staging", "deployed", "1 device failed"],
      ["production", "not reached", undefined],
    ]);
  });

  test("has the page of the job, where the CI system says it", () => {
    const github = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "o/r", GITHUB_RUN_ID: "7" };
    const azure = {
      SYSTEM_COLLECTIONURI: "https://dev.azure.com/o/",
      SYSTEM_TEAMPROJECT: "my plant",
      BUILD_BUILDID: "7",
    };
    expect(jobPageOf(github)).toBe("https://github.com/o/r/actions/runs/7");
    expect(jobPageOf({ CI_JOB_URL: "https://gitlab.com/o/r/-/jobs/7" })).toBe("https://gitlab.com/o/r/-/jobs/7");
    expect(jobPageOf(azure)).toBe("https://dev.azure.com/o/my%20plant/_build/results?buildId=7");
    expect([jobPageOf({}), jobPageOf({ CI_JOB_URL: "javascript:alert(1)" })]).toEqual([undefined, undefined]);
  });
});

describe("of a run that ended before it had a report", () => {
  const problem = { code: "stackNotFound", message: "there is no stack linz in this backend" } as const;
  const at = new Date("2026-11-27T03:00:00Z");

  test.each([
    ["drift", "2 of 2 stacks need a look", "not known"],
    ["deploy", "2 of 2 stacks need a look", "failed"],
    ["promote", "Promotion stopped", "failed"],
  ] as const)(
    "%s: every stack that was asked for, once, with the reason and exit code 1",
    (command, title, headline) => {
      const notification = notificationOf(notReported(command, ["graz", "linz", "graz"], problem, at));
      expect(notification).toMatchObject({ command, title, exitCode: 1, startedAt: "2026-11-27T03:00:00.000Z" });
      expect(notification.stacks).toEqual(
        ["graz", "linz"].map((stack) => {
          return { stack, exitCode: 1, headline, reason: problem.message, devices: [], moreDevices: 0 };
        }),
      );
    },
  );

  test("plan: the stack, with the reason", () => {
    const { title, stacks } = notificationOf(notReported("plan", ["linz"], problem, at));
    expect([title, stacks[0]?.reason]).toEqual(["linz: no plan", problem.message]);
  });

  test("each is what the published schema reads", () => {
    for (const command of ["plan", "drift", "deploy", "promote"] as const) {
      const one = notReported(command, ["linz"], problem, at);
      expect(report.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }
  });
});

describe("Slack's form", () => {
  test("is what Slack's types say, and its link is one", () => {
    const { text, blocks } = slackMessageOf(notificationOf(DRIFT, "https://ci.example/jobs/7?a=1&b=2"));
    // The compiler compares.
    const known: KnownBlock[] = blocks;
    expect(known[0]).toEqual({ type: "header", text: { type: "plain_text", text: `⚠️ ${DRIFT_TITLE}`, emoji: false } });
    expect(text).toBe(`⚠️ ${DRIFT_TITLE}`);
    const shown = sectionsOf(DRIFT).join("\n");
    expect(shown).toContain(
      "⚠️ *`production`* 12 devices drifted\n• `line|3 &lt;b&gt;` `d00000000000000000000000` `telemetry`",
    );
    expect(shown).toContain("`v1 -&gt; v3 by user olga_b`");
    expect(shown).toContain("\nand 2 more");
    expect(JSON.stringify(blocks)).toContain("<https://ci.example/jobs/7?a=1&amp;b=2|The job>");
  });

  const DRIFT_TITLE = "production: 12 devices drifted";

  function sectionsOf(report: Report): string[] {
    const { blocks } = slackMessageOf(notificationOf(report));
    return blocks.flatMap((block) => (block.type === "section" ? [block.text.text] : []));
  }

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom(
      "<!channel>",
      "<@U1>",
      "`a` *b*",
      "&lt;!here&gt;",
      "</https://x|y>",
      "a\n> b\n• c",
      "<!subteam^S1>",
    ),
  );

  test("whatever stands in names, errors and reasons: no mention, no link, no more than Slack takes", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 60 }), (text, count, stacks) => {
        const entry = { name: text, expected: text, actual: text, changedBy: text, unfinished: false };
        const drift = Array.from({ length: count }, (_, number) => ({ ...entry, deviceId: device(number) }));
        const one = driftReport({ stack: text, clean: false, resources: [health({ name: text, drift })] });
        const failed = driftReport({ stack: text, problem: { code: "failed", message: text } });
        const report: Report = {
          ...ENVELOPE,
          kind: "driftSummary",
          clean: false,
          stacks: [failed, ...Array.from({ length: stacks }, () => one)],
        };
        const { blocks } = slackMessageOf(notificationOf(report));
        const sections = sectionsOf(report);
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
        for (const section of sections) expect(section.length).toBeLessThanOrEqual(3000);
        expect(sections.join("").length).toBeLessThanOrEqual(13_000);
        // What is left of a section outside of its code has nothing that Slack would read as a mention, or a link.
        expect(sections.join("\n")).not.toMatch(/[<>](?!$)(?! `)/m);
        expect(sections.join("\n").replaceAll(/`[^`\n]*`/g, "")).not.toContain("`");
      }),
      { numRuns: 200 },
    );
  });

  test("the stacks that need a look come first, and those that do not fit are counted", () => {
    const stacks = [
      ...Array.from({ length: 60 }, (_, number) => driftReport({ stack: `quiet-${number}` })),
      { ...DRIFT, stack: "loud" },
    ];
    const sections = sectionsOf({ ...ENVELOPE, kind: "driftSummary", clean: false, stacks });
    expect(sections[0]).toContain("`loud`");
    expect(sections.at(-1)).toBe(`and ${61 - (sections.length - 1)} more stacks`);
  });
});

describe("the webhook", () => {
  const sentTo = async (replies: Reply[], options: object = {}) => {
    await using server = await startHttpServer(replies);
    const problem = await notify(DRIFT, { url: server.url + SECRET, ...options });
    if (problem !== undefined) expect(problem).not.toMatch(/s3cr3t|127\.0\.0\.1/);
    return { problem, requests: server.requests };
  };

  test("gets JSON by a POST", async () => {
    const { problem, requests } = await sentTo([{ status: 204 }]);
    expect(problem).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: "POST",
      path: SECRET,
      body: { schema: "pulumi-losant/notification", version: 1, title: "production: 12 devices drifted" },
    });
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
  });

  test("gets Slack's form where it is asked for, and Slack's own hosts get no other", async () => {
    const { requests } = await sentTo([{ status: 200, text: "ok" }], { format: "slack" });
    expect(requests[0]?.body).toMatchObject({
      text: "⚠️ production: 12 devices drifted",
      blocks: [{ type: "header" }, {}],
    });
    expect(formatFor("https://hooks.slack.com/services/x")).toBe("slack");
    expect(formatFor("https://hooks.slack-gov.com/services/x")).toBe("slack");
    expect(formatFor("https://hooks.slack.com.evil.example/x")).toBe("json");
  });

  test("is called again after an answer that may pass, three times in all", async () => {
    const { problem, requests } = await sentTo([{ status: 503 }, { status: 200 }]);
    expect([problem, requests.length]).toEqual([undefined, 2]);
    const down = await sentTo([{ status: 503, headers: { "retry-after": "0" } }]);
    expect([down.problem, down.requests.length]).toEqual([
      "the notification was not sent: the webhook answered 503",
      3,
    ]);
  });

  test.each([
    [404, 404],
    [302, 302],
  ])("%i is a sentence, not an error; nobody follows it", async (status, shown) => {
    const { problem, requests } = await sentTo([{ status, headers: { location: "/elsewhere" } }]);
    expect([problem, requests.length]).toEqual([`the notification was not sent: the webhook answered ${shown}`, 1]);
  });

  test("has a time limit, with all attempts", async () => {
    expect((await sentTo(["hang"], { timeoutMs: 60 })).problem).toMatch(
      /^the notification was not sent: (no answer|ETIMEDOUT)/,
    );
  });

  test("that is not there, or cuts the line, is a sentence", async () => {
    const problem = await notify(DRIFT, { url: (await unusedUrl()) + SECRET, timeoutMs: 400 });
    expect(problem).toMatch(/^the notification was not sent: (ECONNREFUSED|no answer)/);
    expect((await sentTo(["cut"], { timeoutMs: 400 })).problem).toMatch(
      /^the notification was not sent: [A-Z]+|no answer/,
    );
  });

  test("with an answer that is too long is left alone", async () => {
    const { problem } = await sentTo([{ status: 200, text: "x".repeat(3_000_000) }]);
    expect(problem).toBe("the notification may not have arrived: the webhook's answer has no end");
  });

  test.each(["", "hooks.slack.com/services/s3cr3t", "http://plant.example/s3cr3t", "ftp://x/s3cr3t"])(
    "is no address, or none that is safe: %j; the sentence does not repeat it",
    (url) => {
      expect(webhookProblem(url)).toMatch(/^it is (no address|not https)/);
      expect(webhookProblem(url)).not.toContain("s3cr3t");
    },
  );
});

describe("the command", () => {
  test("takes the option, else the variable; an empty variable is none, an empty option is refused", () => {
    const env = { PULUMI_LOSANT_NOTIFY_URL: "https://plant.example/a" };
    expect(webhookOf({}, env)).toBe("https://plant.example/a");
    expect(webhookOf({ notify: "https://plant.example/b" }, env)).toBe("https://plant.example/b");
    expect(webhookOf({}, { PULUMI_LOSANT_NOTIFY_URL: "" })).toBeUndefined();
    expect(() => webhookOf({ notify: "" }, env)).toThrow("--notify: it is no address");
    expect(() => webhookOf({}, { PULUMI_LOSANT_NOTIFY_URL: "s3cr3t" })).toThrow(
      /^PULUMI_LOSANT_NOTIFY_URL: it is no(?!.*s3cr3t)/,
    );
  });

  test("tells problems alone, unless it is asked for more; a webhook that fails is a warning", async () => {
    await using server = await startHttpServer([{ status: 200 }, { status: 200 }, { status: 404 }]);
    const warnings: string[] = [];
    const told = async (report: Report, options: Parameters<typeof notifyOfReport>[2] = {}): Promise<number> => {
      await notifyOfReport(server.url + SECRET, report, options, (text) => warnings.push(text));
      return server.requests.length;
    };
    expect(await told(driftReport())).toBe(0);
    expect(await told(DRIFT)).toBe(1);
    expect(await told(driftReport(), { notifyOn: "always", notifyFormat: "slack" })).toBe(2);
    expect(server.requests[1]?.body).toMatchObject({ text: "✅ production: clean" });
    expect(warnings).toEqual([]);
    expect(await told(DRIFT)).toBe(3);
    expect(warnings).toEqual(["pulumi-losant: warning: the notification was not sent: the webhook answered 404\n"]);
  });
});
