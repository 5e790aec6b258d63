/**
 * `node ci/comment.ts comment.md`: the report as a comment of this pull request. There is one, updated in place: the first
 * line of the file, which `pulumi-losant --comment` writes, finds it again.
 */
import { readFileSync } from "node:fs";
import { hostOf } from "./host.ts";

const [file = "comment.md"] = process.argv.slice(2);
const body = readFileSync(file, "utf8");
const [marker = ""] = body.split("\n");
if (!/^<!-- pulumi-losant: .* -->$/.test(marker)) throw new Error(`${file} was not written by pulumi-losant --comment`);

const host = hostOf(process.env);
const found = (await host.comments()).find((comment) => comment.body.startsWith(marker));
if (found === undefined) await host.addComment(body);
else await host.editComment(found.id, body);
console.log(found === undefined ? "Comment added." : "Comment updated.");
