/** GitHub's and GitLab's REST APIs for comments and issues, as far as the example's steps use them. */
import { startHttpServer } from "./http-server.js";
import type { RecordedRequest, Reply, TestServer } from "./http-server.js";

export interface Comment {
  readonly id: number;
  body: string;
  /** The account that wrote it. */
  readonly by: string;
}

export interface Issue {
  readonly number: number;
  title: string;
  body: string;
  open: boolean;
  readonly by: string;
  readonly isPull?: boolean;
  readonly comments: Comment[];
}

export interface CodeHost extends AsyncDisposable {
  readonly url: string;
  readonly requests: TestServer["requests"];
  readonly issues: Issue[];
  /** Of the pull request, number 7. */
  readonly comments: Comment[];
  /** The next answers, in place of the API's own. */
  readonly faults: Reply[];
}

export const BOT = "github-actions[bot]";
export const GITHUB_TOKEN = "ghs_0123456789abcdef";
export const GITLAB_TOKEN = "glpat-0123456789abcdef";
/** GitLab knows accounts by number. */
const GITLAB_BOT = 41;

/** What GitHub refuses to keep. */
const MAX_BODY = 65_536;

export async function startGitHub(): Promise<CodeHost> {
  const host = emptyHost();
  const shown = (comment: Comment) => ({ id: comment.id, body: comment.body, user: { login: comment.by } });
  const issueShown = (issue: Issue) => ({
    id: issue.number + 1000,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: { login: issue.by },
    ...(issue.isPull ? { pull_request: {} } : {}),
  });
  return served(host, (request) => {
    if (request.headers["authorization"] !== `Bearer ${GITHUB_TOKEN}`)
      return { status: 401, json: { message: "Bad credentials" } };
    const { body = "", title = "" } = fieldsOf(request);
    if (body.length > MAX_BODY)
      return { status: 422, json: { message: "body is too long (maximum is 65536 characters)" } };
    return routed(request, {
      "GET /repos/plant/fleet/issues/7/comments": () => pageOf(request, host.comments.map(shown)),
      "POST /repos/plant/fleet/issues/7/comments": () => created(shown(add(host.comments, body, BOT))),
      "PATCH /repos/plant/fleet/issues/comments/(\\d+)": (id) => {
        const comment = host.comments.find((one) => one.id === id);
        if (comment !== undefined) comment.body = body;
        return comment === undefined ? NOT_FOUND : { status: 200, json: shown(comment) };
      },
      "GET /repos/plant/fleet/issues": () => {
        const creator = request.query.get("creator");
        const found = host.issues.filter((issue) => issue.open && (creator === null || issue.by === creator));
        return pageOf(request, found.map(issueShown));
      },
      "POST /repos/plant/fleet/issues": () => created(issueShown(open(host.issues, title, body, BOT))),
      "PATCH /repos/plant/fleet/issues/(\\d+)": (number) => {
        const issue = host.issues.find((one) => one.number === number);
        if (issue === undefined) return NOT_FOUND;
        change(issue, fieldsOf(request));
        return { status: 200, json: issueShown(issue) };
      },
      "POST /repos/plant/fleet/issues/(\\d+)/comments": (number) => {
        const issue = host.issues.find((one) => one.number === number);
        return issue === undefined ? NOT_FOUND : created(shown(add(issue.comments, body, BOT)));
      },
    });
  });
}

export async function startGitLab(): Promise<CodeHost> {
  const host = emptyHost();
  const author = ({ by }: { readonly by: string }) => ({ author: { id: by === BOT ? GITLAB_BOT : 99 } });
  const shown = (note: Comment) => ({ id: note.id, body: note.body, ...author(note) });
  const issueShown = (issue: Issue) => {
    return {
      id: issue.number + 1000,
      iid: issue.number,
      title: issue.title,
      description: issue.body,
      ...author(issue),
    };
  };
  return served(host, (request) => {
    if (request.headers["private-token"] !== GITLAB_TOKEN)
      return { status: 401, json: { message: "401 Unauthorized" } };
    const { body = "", title = "", description = "" } = fieldsOf(request);
    return routed(request, {
      "GET /user": () => ({ status: 200, json: { id: GITLAB_BOT } }),
      "GET /projects/12/merge_requests/7/notes": () => pageOf(request, host.comments.map(shown)),
      "POST /projects/12/merge_requests/7/notes": () => created(shown(add(host.comments, body, BOT))),
      "PUT /projects/12/merge_requests/7/notes/(\\d+)": (id) => {
        const note = host.comments.find((one) => one.id === id);
        if (note !== undefined) note.body = body;
        return note === undefined ? NOT_FOUND : { status: 200, json: shown(note) };
      },
      "GET /projects/12/issues": () => {
        const by = request.query.get("author_id") === String(GITLAB_BOT) ? BOT : undefined;
        return pageOf(request, host.issues.filter((issue) => issue.open && issue.by === by).map(issueShown));
      },
      "POST /projects/12/issues": () => created(issueShown(open(host.issues, title, description, BOT))),
      "PUT /projects/12/issues/(\\d+)": (number) => {
        const issue = host.issues.find((one) => one.number === number);
        if (issue === undefined) return NOT_FOUND;
        change(issue, fieldsOf(request));
        return { status: 200, json: issueShown(issue) };
      },
      "POST /projects/12/issues/(\\d+)/notes": (number) => {
        const issue = host.issues.find((one) => one.number === number);
        return issue === undefined ? NOT_FOUND : created(shown(add(issue.comments, body, BOT)));
      },
    });
  });
}

/** What a job has in its environment. */
export const gitHubJob = (url: string): Record<string, string> => ({
  GITHUB_ACTIONS: "true",
  GITHUB_API_URL: url,
  GITHUB_REPOSITORY: "plant/fleet",
  GITHUB_SERVER_URL: "https://github.example",
  GITHUB_RUN_ID: "99",
});
export const gitLabJob = (url: string): Record<string, string> => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: url,
  CI_PROJECT_ID: "12",
  CI_MERGE_REQUEST_IID: "7",
  CI_JOB_URL: "https://gitlab.example/plant/fleet/-/jobs/99",
  GITLAB_TOKEN,
});

const NOT_FOUND: Reply = { status: 404, json: { message: "Not Found" } };

type Fields = Readonly<Record<string, string | undefined>>;
type Routes = Readonly<Record<string, (id: number) => Reply>>;

function emptyHost(): Pick<CodeHost, "issues" | "comments" | "faults"> {
  return { issues: [], comments: [], faults: [] };
}

async function served(
  host: Pick<CodeHost, "issues" | "comments" | "faults">,
  answer: (request: RecordedRequest) => Reply,
): Promise<CodeHost> {
  const server = await startHttpServer((request) => host.faults.shift() ?? answer(request));
  return {
    ...host,
    url: server.url,
    requests: server.requests,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function routed({ method, path }: RecordedRequest, routes: Routes): Reply {
  for (const [pattern, handle] of Object.entries(routes)) {
    const match = new RegExp(`^${pattern}$`).exec(`${method} ${path}`);
    if (match !== null) return handle(Number(match[1]));
  }
  return NOT_FOUND;
}

function pageOf({ query }: RecordedRequest, entries: readonly object[]): Reply {
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const from = (Number(query.get("page") ?? 1) - 1) * size;
  return { status: 200, json: entries.slice(from, from + size) };
}

function created(json: object): Reply {
  return { status: 201, json };
}

function fieldsOf({ body }: RecordedRequest): Fields {
  return (body ?? {}) as Fields;
}

function add(comments: Comment[], body: string, by: string): Comment {
  const comment = { id: comments.length + 500, body, by };
  comments.push(comment);
  return comment;
}

function open(issues: Issue[], title: string, body: string, by: string): Issue {
  const issue: Issue = { number: issues.length + 20, title, body, open: true, by, comments: [] };
  issues.push(issue);
  return issue;
}

function change(issue: Issue, { title, body, description, state, state_event: event }: Fields): void {
  issue.title = title ?? issue.title;
  issue.body = body ?? description ?? issue.body;
  if (state === "closed" || event === "close") issue.open = false;
}
