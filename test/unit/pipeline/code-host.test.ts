// The example's steps that write comments and issues: on GitHub and on GitLab, of their own account alone.
import { describe, expect, test } from "@jest/globals";
import { hostOf, jobPage } from "../../../examples/pipeline/ci/host.ts";
import { call } from "../../../examples/pipeline/ci/rest.ts";
import { BOT, GITHUB_TOKEN, gitHubJob, gitLabJob, startGitHub, startGitLab } from "../../support/code-host.js";
import { startHttpServer } from "../../support/http-server.js";

const MARKER = "<!-- pulumi-losant: plan production -->";

const SYSTEMS = {
  GitHub: {
    start: startGitHub,
    env: (url: string) => ({ ...gitHubJob(url), GITHUB_TOKEN, PULL_REQUEST: "7" }),
  },
  GitLab: { start: startGitLab, env: gitLabJob },
};

describe.each(Object.entries(SYSTEMS))("on %s", (_name, { start, env }) => {
  test("a comment is added, found again, and edited; nobody else's is touched, whatever it begins with", async () => {
    await using system = await start();
    system.comments.push({ id: 1, body: MARKER, by: "mallory" });
    const host = hostOf(env(system.url));
    expect(await host.comments()).toEqual([]);
    await host.addComment(`${MARKER}\nfirst`);
    const [own] = await host.comments();
    expect(own?.body).toBe(`${MARKER}\nfirst`);
    await host.editComment(own?.id ?? 0, `${MARKER}\nsecond`);
    expect(system.comments.map(({ body, by }) => [by, body])).toEqual([
      ["mallory", MARKER],
      [BOT, `${MARKER}\nsecond`],
    ]);
  });

  test("every page of a long list is read", async () => {
    await using system = await start();
    for (let id = 1; id <= 250; id++) system.comments.push({ id, body: `${id}`, by: BOT });
    expect(await hostOf(env(system.url)).comments()).toHaveLength(250);
  });

  test("an issue is opened, found, edited, and closed with a last comment; others are left alone", async () => {
    await using system = await start();
    const other = { title: "t", body: "b", open: true, comments: [] };
    system.issues.push({ ...other, number: 1, by: "mallory" }, { ...other, number: 2, by: BOT, open: false });
    const host = hostOf(env(system.url));
    expect(await host.openIssues()).toEqual([]);
    await host.openIssue("Drift: production", "first");
    const [own] = await host.openIssues();
    await host.editIssue(own?.id ?? 0, "Drift: staging", "second");
    await host.closeIssue(own?.id ?? 0, "clean");
    expect(system.issues.at(-1)).toMatchObject({
      title: "Drift: staging",
      body: "second",
      open: false,
      comments: [{ body: "clean" }],
    });
    expect(system.issues.map(({ open }) => open)).toEqual([true, false, false]);
    expect(await host.openIssues()).toEqual([]);
  });

  test("a busy server is asked again, but nothing is written twice", async () => {
    await using system = await start();
    const host = hostOf(env(system.url));
    system.faults.push({ status: 502 }, { status: 503 });
    expect(await host.openIssues()).toEqual([]);
    system.faults.push({ status: 502 });
    await expect(host.addComment("x")).rejects.toThrow(/^POST .*: 502/);
    expect(system.comments).toEqual([]);
  });

  test("an error has the status and the server's words, and no token; a variable that is missing is named", async () => {
    await using system = await start();
    const wrong = { ...env(system.url), GITHUB_TOKEN: "wrong-token", GITLAB_TOKEN: "wrong-token" };
    await expect(hostOf(wrong).openIssues()).rejects.toThrow(/^GET \/\S+: 401 (?!.*wrong-token)/);
    expect(() => hostOf({ ...wrong, GITHUB_TOKEN: "", GITLAB_TOKEN: "" })).toThrow(/^GIT(HUB|LAB)_TOKEN is not set$/);
  });
});

test("a pull request in GitHub's list of issues is no issue", async () => {
  await using github = await startGitHub();
  github.issues.push({ number: 1, title: "t", body: "b", open: true, by: BOT, isPull: true, comments: [] });
  expect(await hostOf(SYSTEMS.GitHub.env(github.url)).openIssues()).toEqual([]);
});

test("a redirect is not followed: the token is for this host alone", async () => {
  await using other = await startHttpServer([{ status: 200, json: [] }]);
  await using server = await startHttpServer([{ status: 302, headers: { location: other.url } }]);
  await expect(call({ url: server.url, headers: { authorization: "Bearer x" } }, "GET", "/")).rejects.toThrow(
    "fetch failed",
  );
  expect(other.requests).toEqual([]);
});

test("the page of the job", () => {
  expect(jobPage(gitHubJob("x"))).toBe("https://github.example/plant/fleet/actions/runs/99");
  expect(jobPage(gitLabJob("x"))).toBe("https://gitlab.example/plant/fleet/-/jobs/99");
});
