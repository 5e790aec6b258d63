import { describe, expect, test } from "@jest/globals";
import { createActivity } from "../../../sdk/program/activity.js";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function deferred() {
  let end = (): void => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end: () => end() };
}

/** What had happened when the program was idle. */
function watched({ whenIdle }: ReturnType<typeof createActivity>) {
  const happened: string[] = [];
  const done = whenIdle().then(() => [...happened]);
  let isIdle = false;
  void done.then(() => {
    isIdle = true;
  });
  return { happened, done, isIdle: () => isIdle };
}

describe("a program is idle", () => {
  test("after its synchronous part and what follows from it at once", async () => {
    const activity = createActivity();
    const { happened, done } = watched(activity);
    happened.push("synchronous");
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => happened.push("awaited"));
    expect(await done).toEqual(["synchronous", "awaited"]);
  });

  test("after the look-ups that are pending, and what the program does with their answers", async () => {
    const activity = createActivity();
    const answer = deferred();
    const { happened, done, isIdle } = watched(activity);
    void activity.lookUp(() => answer.promise).then(() => happened.push("declared with the answer"));
    for (let count = 0; count < 5; count++) await turn();
    expect(isIdle()).toBe(false);
    answer.end();
    expect(await done).toEqual(["declared with the answer"]);
  });

  test("after look-ups that follow from one another", async () => {
    const activity = createActivity();
    const [first, second] = [deferred(), deferred()];
    const { done, isIdle } = watched(activity);
    const program = async () => {
      await activity.lookUp(() => first.promise);
      await activity.lookUp(() => second.promise);
    };
    void program();
    first.end();
    for (let count = 0; count < 5; count++) await turn();
    expect(isIdle()).toBe(false);
    second.end();
    await done;
  });

  test("also where a look-up fails", async () => {
    const activity = createActivity();
    const failing = activity.lookUp(() => Promise.reject(new Error("no answer")));
    await expect(failing).rejects.toThrow("no answer");
    await watched(activity).done;
  });

  test("whatever else the program waits for", async () => {
    const activity = createActivity();
    void deferred().promise;
    await watched(activity).done;
  });

  test("anew for those who ask later", async () => {
    const activity = createActivity();
    await activity.whenIdle();
    const answer = deferred();
    void activity.lookUp(() => answer.promise);
    const { done, isIdle } = watched(activity);
    for (let count = 0; count < 3; count++) await turn();
    expect(isIdle()).toBe(false);
    answer.end();
    await done;
  });
});
