// What the host of dynamic providers prints beside the error that the engine shows.
import { beforeEach, expect, test } from "@jest/globals";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { shownOnce } from "../../../provider/host/shown-once.js";

let printed: string[];
let stderr: Writable & Pick<NodeJS.WriteStream, "write">;

beforeEach(() => {
  printed = [];
  stderr = new Writable({
    write: (chunk, _encoding, done) => {
      printed.push(String(chunk).split("\n")[0] ?? "");
      done();
    },
  });
});

/** What the host of Pulumi's SDK does with an error of a read or a delete. */
function host(error: Error): void {
  new Console(stderr, stderr).error(`${error}: ${error.stack}`);
}

test("the host prints nothing of it, and the engine gets the message", () => {
  const error = shownOnce(new Error("device line-3 keeps the workflow"), stderr);
  host(error);
  expect(error.message).toBe("device line-3 keeps the workflow");
  expect(printed).toEqual([]);
});

test("what is printed in a later turn is printed", async () => {
  host(shownOnce(new Error("one"), stderr));
  await Promise.resolve();
  host(new Error("of another provider"));
  expect(printed).toEqual(["Error: of another provider: Error: of another provider"]);
});

test("after two of them in one turn, the output works again", async () => {
  for (const text of ["one", "two"]) host(shownOnce(new Error(text), stderr));
  await Promise.resolve();
  host(new Error("later"));
  expect(printed).toEqual(["Error: later: Error: later"]);
});
