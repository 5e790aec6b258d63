/** GitHub and GitLab: the comments of this pull request and the open issues, as far as this job's own account wrote them. */
import { all, call } from "./rest.ts";
import type { Api } from "./rest.ts";

export interface Entry {
  readonly id: number;
  readonly body: string;
}

export interface Host {
  comments(): Promise<Entry[]>;
  addComment(body: string): Promise<unknown>;
  editComment(id: number, body: string): Promise<unknown>;
  openIssues(): Promise<Entry[]>;
  openIssue(title: string, body: string): Promise<unknown>;
  editIssue(id: number, title: string, body: string): Promise<unknown>;
  /** With a last comment. */
  closeIssue(id: number, comment: string): Promise<unknown>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws Error that names a variable that is missing */
export function hostOf(env: Env): Host {
  return env["GITLAB_CI"] === "true" ? gitlab(env) : github(env);
}

/** The page of this job. */
export function jobPage(env: Env): string {
  return (
    env["CI_JOB_URL"] ?? `${env["GITHUB_SERVER_URL"]}/${env["GITHUB_REPOSITORY"]}/actions/runs/${env["GITHUB_RUN_ID"]}`
  );
}

interface GitHubEntry {
  readonly id: number;
  readonly number: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  /** Of a pull request, which the list of issues has, too. */
  readonly pull_request?: object;
}

function github(env: Env): Host {
  const must = required(env);
  const api: Api = {
    url: must("GITHUB_API_URL"),
    headers: {
      authorization: `Bearer ${must("GITHUB_TOKEN")}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    },
  };
  const repository = `/repos/${must("GITHUB_REPOSITORY")}`;
  const thread = (): string => `${repository}/issues/${must("PULL_REQUEST")}`;
  // Anybody may write a comment with our marker: only those of the account of GITHUB_TOKEN count.
  const author = env["COMMENT_AUTHOR"] ?? "github-actions[bot]";
  const own = (entries: readonly GitHubEntry[]): GitHubEntry[] => entries.filter(({ user }) => user?.login === author);
  return {
    comments: async () =>
      own(await all<GitHubEntry>(api, `${thread()}/comments`)).map(({ id, body }) => ({ id, body: body ?? "" })),
    addComment: async (body) => call(api, "POST", `${thread()}/comments`, { body }),
    editComment: async (id, body) => call(api, "PATCH", `${repository}/issues/comments/${id}`, { body }),
    openIssues: async () =>
      own(await all<GitHubEntry>(api, `${repository}/issues?state=open&creator=${encodeURIComponent(author)}`))
        .filter(({ pull_request: isPull }) => isPull === undefined)
        .map(({ number, body }) => ({ id: number, body: body ?? "" })),
    openIssue: async (title, body) => call(api, "POST", `${repository}/issues`, { title, body }),
    editIssue: async (id, title, body) => call(api, "PATCH", `${repository}/issues/${id}`, { title, body }),
    closeIssue: async (id, comment) => {
      await call(api, "POST", `${repository}/issues/${id}/comments`, { body: comment });
      await call(api, "PATCH", `${repository}/issues/${id}`, { state: "closed", state_reason: "completed" });
    },
  };
}

interface GitLabEntry {
  readonly id: number;
  readonly iid: number;
  readonly body?: string;
  readonly description?: string | null;
  readonly author: { readonly id: number };
}

function gitlab(env: Env): Host {
  const must = required(env);
  // A project access token with the scope `api`: CI_JOB_TOKEN may not write notes.
  const api: Api = { url: must("CI_API_V4_URL"), headers: { "private-token": must("GITLAB_TOKEN") } };
  const project = `/projects/${must("CI_PROJECT_ID")}`;
  const notes = (): string => `${project}/merge_requests/${must("CI_MERGE_REQUEST_IID")}/notes`;
  const me = async (): Promise<number> => (await call<{ readonly id: number }>(api, "GET", "/user")).id;
  return {
    comments: async () => {
      const id = await me();
      const found = await all<GitLabEntry>(api, notes());
      return found.filter(({ author }) => author.id === id).map((note) => ({ id: note.id, body: note.body ?? "" }));
    },
    addComment: async (body) => call(api, "POST", notes(), { body }),
    editComment: async (id, body) => call(api, "PUT", `${notes()}/${id}`, { body }),
    openIssues: async () => {
      const found = await all<GitLabEntry>(api, `${project}/issues?state=opened&scope=all&author_id=${await me()}`);
      return found.map(({ iid, description }) => ({ id: iid, body: description ?? "" }));
    },
    openIssue: async (title, description) => call(api, "POST", `${project}/issues`, { title, description }),
    editIssue: async (id, title, description) => call(api, "PUT", `${project}/issues/${id}`, { title, description }),
    closeIssue: async (id, comment) => {
      await call(api, "POST", `${project}/issues/${id}/notes`, { body: comment });
      await call(api, "PUT", `${project}/issues/${id}`, { state_event: "close" });
    },
  };
}

function required(env: Env): (name: string) => string {
  return (name) => {
    const value = env[name];
    if (value === undefined || value === "") throw new Error(`${name} is not set`);
    return value;
  };
}
