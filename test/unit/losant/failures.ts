/** Each way to fail, the class it becomes, what the user is told, and which guards hold. */
import type { LosantClient } from "../../../provider/losant/index.js";
import type { Reply } from "../../support/http-server.js";
import { app, dev, flow, ok, refusal, token } from "./support.js";

export const list = (client: LosantClient) => client.listDeployments(app, { flowId: flow });
export const release = (client: LosantClient) =>
  client.release(app, { flowId: flow, version: "v1", deviceIds: [dev(1)] });
const deployments = `/applications/${app}/edge/deployments`;

export interface Row {
  readonly name: string;
  readonly reply: Reply;
  readonly act?: (client: LosantClient) => Promise<unknown>;
  readonly options?: { totalTimeoutMs?: number };
  readonly error: string;
  readonly says: readonly string[];
  readonly guards?: readonly string[];
}

export const rows: readonly Row[] = [
  {
    name: "400",
    reply: refusal(400, "Validation", "body.flowId is wrong"),
    error: "LosantRequestError",
    says: [`GET ${deployments} answered 400 Validation: "body.flowId is wrong"`],
  },
  {
    name: "401",
    reply: refusal(401, "Unauthorized", "Invalid token"),
    error: "LosantUnauthorizedError",
    says: ["answered 401 Unauthorized", "wrong, revoked or expired", "losant:apiToken", "LOSANT_API_TOKEN"],
    guards: ["unauthorized"],
  },
  {
    name: "403 on a read",
    reply: refusal(403, "Forbidden", "No."),
    error: "LosantForbiddenError",
    says: ["`edgeDeployments.get`"],
    guards: ["forbidden"],
  },
  {
    name: "403 on a write",
    reply: refusal(403, "Forbidden", "No."),
    act: release,
    error: "LosantForbiddenError",
    says: [`POST ${deployments}/release answered 403 Forbidden`, "`edgeDeployments.release`"],
    guards: ["forbidden"],
  },
  {
    name: "404 on a read",
    reply: refusal(404, "NotFound", "Application was not found"),
    error: "LosantNotFoundError",
    says: ["cannot list edge deployments: ", '"Application was not found"', "applicationId", "losant:apiToken"],
    guards: ["not found", "not found by Losant"],
  },
  {
    name: "404 on a release",
    reply: refusal(404, "NotFound", "Flow version not found."),
    act: release,
    error: "LosantNotFoundError",
    says: ['"Flow version not found."', "Look at version, flowId, applicationId"],
    guards: ["not found", "not found by Losant"],
  },
  {
    name: "a proxy's page with status 404",
    reply: { status: 404, text: "<html>Not Found</html>", headers: { "content-type": "text/html" } },
    error: "LosantNotFoundError",
    says: ["answered 404.", "no answer of Losant's", "losant:apiUrl"],
    guards: ["not found"],
  },
  {
    name: "404 without a body",
    reply: { status: 404 },
    error: "LosantNotFoundError",
    says: ["answered 404."],
    guards: ["not found"],
  },
  {
    name: "404 with a JSON of another API",
    reply: { status: 404, json: { error: "Not Found", message: "no such route" } },
    error: "LosantNotFoundError",
    says: ['answered 404: "no such route"', "no answer of Losant's"],
    guards: ["not found"],
  },
  {
    name: "404 with a problem document",
    reply: refusal(404, "about:blank", "Not Found"),
    error: "LosantNotFoundError",
    says: ["answered 404 about:blank"],
    guards: ["not found"],
  },
  {
    name: "404 with Losant's type and nothing said",
    reply: { status: 404, json: { type: "NotFound" } },
    error: "LosantNotFoundError",
    says: ["answered 404 NotFound.", "no answer of Losant's"],
    guards: ["not found"],
  },
  {
    name: "Losant's NotFound with another status",
    reply: refusal(400, "NotFound", "Application was not found"),
    error: "LosantRequestError",
    says: ["answered 400 NotFound"],
  },
  {
    name: "429 without end on a read",
    reply: refusal(429, "RateLimited", "Over rate limit, request throttled"),
    error: "LosantRateLimitError",
    says: ["answered 429", "given up after 8 tries in ", "Over rate limit, request throttled"],
    guards: ["retryable"],
  },
  {
    name: "429 on a write",
    reply: refusal(429, "RateLimited", "Over rate limit, request throttled"),
    act: release,
    error: "LosantRateLimitError",
    says: ['answered 429 RateLimited: "Over rate limit, request throttled"'],
    guards: ["retryable"],
  },
  {
    name: "500 on a read",
    reply: { status: 500, text: "<html>secret stack</html>" },
    error: "LosantServerError",
    says: ["answered 500 (given up after 8 tries in "],
    guards: ["retryable"],
  },
  {
    name: "502 on a write",
    reply: { status: 502, text: "" },
    act: release,
    error: "LosantServerError",
    says: ["answered 502.", "not known whether Losant took this write"],
    guards: ["outcome unknown", "retryable"],
  },
  { name: "501 on a write", reply: { status: 501 }, act: release, error: "LosantServerError", says: ["answered 501."] },
  {
    name: "a redirect",
    reply: { status: 302, headers: { location: "https://example.com/" } },
    error: "LosantRequestError",
    says: ["answered 302", "redirect is not followed", "losant:apiUrl"],
  },
  { name: "304", reply: { status: 304 }, error: "LosantRequestError", says: ["answered 304"] },
  {
    name: "a lost connection on a read",
    reply: "cut",
    error: "LosantNetworkError",
    says: ["lost the connection to 127.0.0.1:", "ECONNRESET", "given up after 8 tries in "],
    guards: ["retryable"],
  },
  {
    name: "a lost connection on a write",
    reply: "cut",
    act: release,
    error: "LosantNetworkError",
    says: ["ECONNRESET", "not known whether Losant took this write"],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "an answer cut short on a write",
    reply: "cutBody",
    act: release,
    error: "LosantNetworkError",
    says: ["lost the connection"],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "no answer to a write",
    reply: "hang",
    act: release,
    error: "LosantTimeoutError",
    says: ["got no answer within 30 s.", "not known whether Losant took this write"],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "no answer to a read",
    reply: "hang",
    error: "LosantTimeoutError",
    says: ["got no answer within 30 s (given up after 8 tries in "],
    guards: ["retryable"],
  },
  {
    name: "408 on a write",
    reply: { status: 408 },
    act: release,
    error: "LosantServerError",
    says: ["answered 408.", "not known whether Losant took this write"],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "the whole time used up",
    reply: "hang",
    options: { totalTimeoutMs: 80 },
    error: "LosantTimeoutError",
    says: ["was not done within 0.08 s"],
    guards: ["retryable"],
  },
  {
    name: "a page of HTML with status 200",
    reply: { status: 200, text: "<html>Sign in to WiFi</html>" },
    error: "LosantAnswerError",
    says: ["answered 200, which is no HTTP failure", "the answer is not JSON", "losant:apiUrl"],
  },
  {
    name: "HTML with status 200 on a write",
    reply: { status: 200, text: "<html>Sign in to WiFi</html>" },
    act: release,
    error: "LosantAnswerError",
    says: ["the answer is not JSON"],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "an answer of another shape",
    reply: ok({ items: [{ id: "a", flowId: flow, deviceId: 7 }], totalCount: 1 }),
    error: "LosantAnswerError",
    says: ["items[0].deviceId: Invalid input: expected string, received number"],
  },
  {
    name: "a write that was answered but not a success",
    reply: ok({ success: false }),
    act: release,
    error: "LosantAnswerError",
    says: ["success: "],
    guards: ["outcome unknown", "retryable"],
  },
  {
    name: "the token echoed by the other side",
    reply: refusal(401, `type ${token}`, `you sent\r\n\u001b[31mBearer ${token}\u2028 ${"x".repeat(9999)}`),
    error: "LosantUnauthorizedError",
    says: [String.raw`you sent \u{1b}[31mBearer [token]\u{2028} xxx`, "(9530 more characters)"],
    guards: ["unauthorized"],
  },
  {
    name: "a bad request of ours",
    reply: "cut",
    act: (client) => client.getFlow(app, "../../me"),
    error: "LosantUsageError",
    says: ["nothing was sent to Losant", "flowId: must be 24 hexadecimal digits"],
  },
];
