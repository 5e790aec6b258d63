// Work that several wait for, each as long as it may.
import { describe, expect, test } from "@jest/globals";
import { allAborted, SharedWork, untilAborted } from "../../../provider/apply/waiting.js";

const over = (): AbortController => new AbortController();
const reason = new Error("the time is over");

describe("untilAborted", () => {
  test("brings what the work brings, and its error", async () => {
    expect(await untilAborted(Promise.resolve(1), over().signal)).toBe(1);
    expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("503")), over().signal)).rejects.toThrow("503");
  });

  test("ends with the reason of the signal, and the error of the work that comes later is nobody's", async () => {
    const work = Promise.withResolvers<never>();
    const end = over();
    const waiting = untilAborted(work.promise, end.signal);
    end.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(untilAborted(new Promise(() => {}), end.signal)).rejects.toBe(reason);
    work.reject(new Error("too late"));
  });
});

describe("allAborted", () => {
  test("only when the last of them is", () => {
    const [one, two] = [over(), over()];
    const all = allAborted([one.signal, two.signal]);
    one.abort(new Error("the first"));
    expect(all?.aborted).toBe(false);
    two.abort(reason);
    expect([all?.aborted, all?.reason]).toEqual([true, reason]);
  });

  test("never where one has no limit, or where there is none", () => {
    expect(allAborted([over().signal, undefined])).toBeUndefined();
    expect(allAborted([])).toBeUndefined();
  });

  test("at once where all of them are already", () => {
    expect(allAborted([AbortSignal.abort(reason)])?.reason).toBe(reason);
  });
});

describe("work that is shared", () => {
  const begun = () => {
    const work = Promise.withResolvers<string>();
    const ends: AbortSignal[] = [];
    const shared = new SharedWork((signal) => {
      ends.push(signal);
      return work.promise;
    });
    return { work, shared, isEnded: () => ends[0]?.aborted };
  };

  test("goes on while somebody waits, and is given up when the last one leaves", async () => {
    const { shared, isEnded } = begun();
    const [one, two] = [over(), over()];
    const waiting = [shared.join(one.signal), shared.join(two.signal)];
    one.abort(reason);
    await expect(waiting[0]).rejects.toBe(reason);
    expect(isEnded()).toBe(false);
    two.abort(reason);
    await expect(waiting[1]).rejects.toBe(reason);
    expect([isEnded(), shared.isGivenUp]).toEqual([true, true]);
  });

  test("goes on for one who has no limit", async () => {
    const { shared, work, isEnded } = begun();
    const end = over();
    const [limited, unlimited] = [shared.join(end.signal), shared.join()];
    end.abort(reason);
    await expect(limited).rejects.toBe(reason);
    work.resolve("done");
    expect([await unlimited, isEnded()]).toEqual(["done", false]);
  });

  test("is not given up by one who has got what it brings", async () => {
    const { shared, work } = begun();
    const end = over();
    work.resolve("done");
    expect(await shared.join(end.signal)).toBe("done");
    end.abort(reason);
    expect(shared.isGivenUp).toBe(false);
  });
});
