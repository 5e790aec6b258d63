/** A notification in the form of Slack's incoming webhooks; Mattermost and Rocket.Chat take it, too. Pure. */
import { visibleText } from "../../../provider/text/visible-text.js";
import { EXIT_CODES } from "../report/exit-codes.js";
import type { DeviceNotice, Notification, StackNotice } from "./notification.js";

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: boolean;
}

interface Mrkdwn {
  readonly type: "mrkdwn";
  readonly text: string;
  /** No link, channel or person is made of what only looks like one. */
  readonly verbatim: true;
}

type Block =
  { readonly type: "header"; readonly text: PlainText } | { readonly type: "section"; readonly text: Mrkdwn };

export interface SlackMessage {
  /** What a notification on a phone shows. */
  readonly text: string;
  readonly blocks: Block[];
}

/** Slack's limits: of a header, of a section, and of a message. The last one is not documented: 13,000 characters pass. */
const MAX_HEADER = 150;
const MAX_SECTION = 2900;
const MAX_MESSAGE = 10_000;

export function slackMessageOf({ title, exitCode, stacks, page }: Notification): SlackMessage {
  const head = cut(`${markFor(exitCode)} ${visibleText(title)}`, MAX_HEADER);
  const { sections, left } = sectionsOf(stacks);
  const tail = [
    ...(left > 0 ? [`and ${left} more ${left === 1 ? "stack" : "stacks"}`] : []),
    ...(page === undefined ? [] : [`<${linkTarget(page)}|The job>`]),
  ];
  return {
    text: escaped(head),
    blocks: [
      { type: "header", text: { type: "plain_text", text: head, emoji: false } },
      ...[...sections, ...(tail.length === 0 ? [] : [tail.join("\n")])].map(sectionOf),
    ],
  };
}

function sectionOf(text: string): Block {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}

/** Those that need a look first; as many as a message holds. */
function sectionsOf(stacks: readonly StackNotice[]): { readonly sections: string[]; readonly left: number } {
  const urgent = stacks.toSorted((a, b) => Number(isOk(a)) - Number(isOk(b)));
  const sections: string[] = [];
  let length = 0;
  for (const stack of urgent) {
    const text = stackText(stack);
    length += text.length;
    if (length > MAX_MESSAGE || sections.length === 40) break;
    sections.push(text);
  }
  return { sections, left: stacks.length - sections.length };
}

function stackText(notice: StackNotice): string {
  const { stack, exitCode, headline, reason, devices, moreDevices } = notice;
  const head = [
    `${markFor(exitCode)} *${code(stack)}* ${escaped(visibleText(headline))}`,
    ...(reason === undefined ? [] : [`> ${code(reason)}`]),
  ];
  const lines = devices.map(deviceText);
  for (let count = lines.length; count >= 0; count--) {
    const more = devices.length - count + moreDevices;
    const text = [...head, ...lines.slice(0, count), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
    if (text.length <= MAX_SECTION) return text;
  }
  return cut(head[0] ?? "", MAX_SECTION);
}

function deviceText({ deviceId, name, resource, what }: DeviceNotice): string {
  const title = name === undefined ? code(deviceId) : `${code(name)} ${code(deviceId)}`;
  return `• ${title} ${code(resource)}: ${code(what)}`;
}

/** Text from outside: in code it is neither a link nor bold, and Slack reads `&`, `<` and `>` nowhere as they are. */
function code(text: string): string {
  return `\`${escaped(cut(visibleText(text), 300)).replaceAll("`", "'")}\``;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function linkTarget(url: string): string {
  return escaped(url.replaceAll("|", "%7C").replaceAll(/\s/g, "%20"));
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function isOk({ exitCode }: StackNotice): boolean {
  return exitCode === EXIT_CODES.ok;
}

function markFor(exitCode: number): string {
  if (exitCode === EXIT_CODES.ok) return "✅";
  return exitCode === EXIT_CODES.error || exitCode === EXIT_CODES.failedDevices ? "❌" : "⚠️";
}
