import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { startHttpServer } from "../../support/http-server.js";
import type { RecordedRequest, Reply } from "../../support/http-server.js";
import { app, clientFor, dev, flow, ok, refusal, rejection } from "./support.js";

const row = (n: number) => ({
  id: dev(n),
  deviceId: dev(n),
  flowId: flow,
  desiredVersion: "v1",
  currentVersion: null,
});
const fleet = (count: number) => Array.from({ length: count }, (_, n) => row(n + 1));
const asked = ({ query }: RecordedRequest) => ({
  page: Number(query.get("page")),
  perPage: Number(query.get("perPage")),
});

/** Answers as the API does, with at most `cap` rows a page. */
const pagesOf =
  (rows: readonly unknown[], cap = Infinity) =>
  (request: RecordedRequest): Reply => {
    const { page, perPage } = asked(request);
    const size = Math.min(perPage, cap);
    const items = rows.slice(page * size, (page + 1) * size);
    return ok({ items, count: items.length, totalCount: rows.length });
  };

async function readAll(script: (request: RecordedRequest) => Reply, perPage?: number) {
  await using server = await startHttpServer(script);
  const { client } = clientFor(server, { perPage });
  const outcome = await client.listAllDeployments(app, { flowId: flow }).then(
    (rows) => ({ ids: rows.map(({ id }) => id), error: undefined }),
    (error: Error) => ({ ids: [], error }),
  );
  return { ...outcome, requests: server.requests.map(asked) };
}
const ids = (count: number) => fleet(count).map(({ id }) => id);

describe("a listing that stays as it is", () => {
  test.each([
    ["nothing", 0, 10, 1],
    ["less than a page", 9, 10, 1],
    ["exactly a page, and a look at the next one", 10, 10, 2],
    ["a page and one", 11, 10, 2],
    ["exactly two pages, and a look at the next one", 20, 10, 3],
    ["many pages", 95, 10, 10],
  ])("%s", async (_, count, perPage, pages) => {
    const { ids: got, requests } = await readAll(pagesOf(fleet(count)), perPage);
    expect(got).toEqual(ids(count));
    expect(requests.map(({ page }) => page).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: pages }, (_, n) => n),
    );
  });

  test("the API gives fewer rows than asked for: the real page size is used from then on", async () => {
    const { ids: got, requests } = await readAll(pagesOf(fleet(250), 100));
    expect(got).toEqual(ids(250));
    expect(requests[0]).toEqual({ page: 0, perPage: 1000 });
    expect(requests.slice(1).toSorted((a, b) => a.page - b.page)).toEqual([
      { page: 1, perPage: 100 },
      { page: 2, perPage: 100 },
    ]);
  });

  test("the API refuses so many rows: its documented default is asked for", async () => {
    const { ids: got, requests } = await readAll((request) =>
      asked(request).perPage > 100
        ? refusal(400, "Validation", "perPage must be <= 100")
        : pagesOf(fleet(150))(request),
    );
    expect(got).toEqual(ids(150));
    expect(requests).toEqual([
      { page: 0, perPage: 1000 },
      { page: 0, perPage: 100 },
      { page: 1, perPage: 100 },
    ]);
  });

  test("a request that is bad in itself is refused twice, and no more", async () => {
    const { error, requests } = await readAll(() => refusal(400, "Validation", "no"));
    expect(error?.name).toBe("LosantRequestError");
    expect(requests).toHaveLength(2);
  });

  test("the pages after the first are read four at a time", async () => {
    let open = 0;
    let most = 0;
    let opened: (() => void)[] = [];
    await using server = await startHttpServer(async (request) => {
      if (asked(request).page === 0) return pagesOf(fleet(125))(request);
      open += 1;
      most = Math.max(most, open);
      // Nobody is answered before four have asked. Were there fewer at a time, this test would not end.
      await new Promise<void>((resolve) => {
        opened.push(resolve);
        if (opened.length < 4) return;
        for (const goOn of opened) goOn();
        opened = [];
      });
      // Time for a fifth one.
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      open -= 1;
      return pagesOf(fleet(125))(request);
    });
    const rows = await clientFor(server, { perPage: 10 }).client.listAllDeployments(app, {});
    expect(rows.map(({ id }) => id)).toEqual(ids(125));
    expect(most).toBe(4);
  });

  test("devices are read in pages too", async () => {
    const devices = Array.from({ length: 250 }, (_, n) => ({ id: dev(n + 1) }));
    await using server = await startHttpServer(pagesOf(devices, 100));
    const found = await clientFor(server).client.listDevices(app, {});
    expect(found.map(({ id }) => id)).toEqual(devices.map(({ id }) => id));
    expect(server.requests).toHaveLength(3);
  });
});

/** `before` is there for the first `n` requests, `after` for the rest. */
const changing = (n: number, before: readonly unknown[], after: readonly unknown[]) => {
  let count = 0;
  return (request: RecordedRequest): Reply => {
    count += 1;
    return pagesOf(count <= n ? before : after)(request);
  };
};

describe("a listing that changes while it is read", () => {
  test.each([
    ["rows came", fleet(20), fleet(21)],
    ["rows went", fleet(20), fleet(20).slice(1)],
    ["all rows went", fleet(20), []],
  ])("%s: it is read again", async (_, before, after) => {
    const { ids: got } = await readAll(changing(1, before, after), 10);
    expect(got).toEqual(after.map(({ id }) => id));
  });

  test("always: an error after four readings, worth trying again", async () => {
    let total = 20;
    const { error, requests } = await readAll((request) => {
      total += 1;
      return pagesOf(fleet(total))(request);
    }, 10);
    expect(error).toMatchObject({ name: "LosantUnstableListError", retryable: true });
    expect(error?.message).toContain("cannot list edge deployments");
    // 22 rows and later more than 30 were announced, hence the growing number of pages.
    expect(requests.length).toBeLessThanOrEqual(4 * 5);
    expect(requests.filter(({ page }) => page === 0)).toHaveLength(4);
  });
});

describe("an API that counts wrong cannot keep us reading", () => {
  test("no rows, but a total", async () => {
    const { error, requests } = await readAll(() => ok({ items: [], totalCount: 5 }));
    expect(error?.name).toBe("LosantUnstableListError");
    expect(requests).toHaveLength(4);
  });

  test("the same page for ever", async () => {
    const { error, requests } = await readAll(() => ok({ items: fleet(10), totalCount: 30 }), 10);
    expect(error?.message).toContain("10 rows where 30 were announced");
    expect(requests).toHaveLength(16);
  });

  test("empty pages after the first", async () => {
    const { error, requests } = await readAll(
      (request) => ok({ items: asked(request).page === 0 ? fleet(10) : [], totalCount: 30 }),
      10,
    );
    expect(error?.name).toBe("LosantUnstableListError");
    expect(requests).toHaveLength(16);
  });

  test("a total that ends with the first page, and there are more rows", async () => {
    const { error } = await readAll((request) => {
      const { page } = asked(request);
      return ok({ items: fleet(25).slice(page * 10, (page + 1) * 10), perPage: 10, totalCount: 10 });
    });
    expect(error?.message).toContain("20 rows where 10 were announced");
  });

  test("a page with more rows than a page has, which add up to the total", async () => {
    const { error } = await readAll((request) => {
      const { page } = asked(request);
      const rows = fleet(5);
      return ok({ items: page === 0 ? rows.slice(0, 3) : rows.slice(2, 4), perPage: 2, totalCount: 4 });
    });
    expect(error?.message).toContain("a page has 3 rows, and can have 2");
  });
});

describe("an API that lies", () => {
  test("one row a page and a huge total: four requests", async () => {
    const { error, requests } = await readAll((request) =>
      ok({ items: fleet(10_000).slice(asked(request).page, asked(request).page + 1), totalCount: 10_000 }),
    );
    expect(error?.message).toContain("the first page has 1 row of 10000");
    expect(requests).toHaveLength(4);
  });

  test("full pages that repeat, and a total of 300 pages: it stops at the first pages without a new row", async () => {
    const { error, requests } = await readAll(() => ok({ items: fleet(100), totalCount: 30_000 }), 100);
    expect(error?.name).toBe("LosantUnstableListError");
    // The first page, and those that are read at the same time.
    expect(requests.length).toBeLessThanOrEqual(4 * (1 + 4 + 4));
  });

  test("a total of a million pages: nothing but the first page is asked for", async () => {
    const { error, requests } = await readAll(() => ok({ items: fleet(1000), totalCount: 1e9 }));
    expect(error?.message).toContain("the first page has 1000 rows of 1000000000");
    expect(requests).toHaveLength(4);
  });

  test("a total that is smaller than the page", async () => {
    const { error, requests } = await readAll(() => ok({ items: fleet(10), totalCount: 3 }));
    expect(error?.message).toContain("10 rows where 3 were announced");
    expect(requests).toHaveLength(4);
  });

  test("two rows of one device: read again, and taken where there is one row each", async () => {
    const twice = [row(1), { ...row(2), deviceId: dev(1).toUpperCase(), desiredVersion: "v9" }];
    const { error, requests } = await readAll(() => ok({ items: twice, totalCount: 2 }));
    expect(error?.message).toContain("two rows are about the same device");
    expect(requests).toHaveLength(4);
    expect((await readAll(changing(1, twice, fleet(2)))).ids).toEqual(ids(2));
  });
});

describe("the time of a listing", () => {
  // Nothing answers, so only the time can end it.
  test("bounds all of its pages and readings together where the caller says how long", async () => {
    let answered = 0;
    await using server = await startHttpServer((request) => {
      answered += 1;
      return answered > 3 ? "hang" : pagesOf(fleet(5000))(request);
    });
    const error = await rejection(clientFor(server).client.listAllDeployments(app, {}, 250));
    expect(error.name).toBe("LosantTimeoutError");
    expect(error["retryable"]).toBe(true);
    expect(server.requests.length).toBeLessThanOrEqual(3 + 4);
  });
});

test("a page that cannot be read fails the listing, and the rest of it is not read", async () => {
  await using server = await startHttpServer((request) =>
    asked(request).page === 2 ? refusal(403, "Forbidden", "no") : pagesOf(fleet(500))(request),
  );
  const { client } = clientFor(server, { perPage: 10 });
  const error = await rejection(client.listAllDeployments(app, {}));
  expect(error.name).toBe("LosantForbiddenError");
  // Time enough for the other 49 pages: as many calls, one after the other.
  const others = 50;
  for (let n = 0; n < others; n += 1) await client.listDeployments(app, { page: 0, perPage: 10 });
  expect(server.requests.length - others).toBeLessThan(12);
});

describe("a listing that is wanted up to a number of rows", () => {
  async function readUpTo(maxRows: number, script: (request: RecordedRequest) => Reply, perPage = 10) {
    await using server = await startHttpServer(script);
    const { client } = clientFor(server, { perPage });
    const rows = await client.listDeploymentsUpTo(app, {}, maxRows);
    return { ids: rows?.map(({ id }) => id), requests: server.requests.map(asked) };
  }

  test.each([
    ["fewer", 24, 3],
    ["just as many", 25, 3],
  ])("%s: all of them", async (_, count, pages) => {
    const { ids: got, requests } = await readUpTo(25, pagesOf(fleet(count)));
    expect(got).toEqual(ids(count));
    expect(requests).toHaveLength(pages);
  });

  test.each([26, 9_000])("%d are more: none, after one call", async (count) => {
    const { ids: got, requests } = await readUpTo(25, pagesOf(fleet(count)));
    expect(got).toBeUndefined();
    expect(requests).toEqual([{ page: 0, perPage: 10 }]);
  });

  test.each([
    [3, 4],
    [0, 1],
  ])("for no more than %d rows, one more is asked for to find out", async (maxRows, perPage) => {
    const { ids: got, requests } = await readUpTo(maxRows, pagesOf(fleet(50)), 1000);
    expect(got).toBeUndefined();
    expect(requests).toEqual([{ page: 0, perPage }]);
  });

  test("none at all are no more than none", async () => {
    expect((await readUpTo(0, pagesOf([]))).ids).toEqual([]);
  });

  test("more came while it was read: none, and no page of the second reading but the first", async () => {
    const { ids: got, requests } = await readUpTo(20, changing(1, fleet(20), fleet(21)));
    expect(got).toBeUndefined();
    expect(requests.map(({ page }) => page)).toEqual([0, 1, 2, 0]);
  });

  test("of a whole application: each row has to say of which workflow it is", async () => {
    const { flowId: _, ...nameless } = row(1);
    await using server = await startHttpServer(pagesOf([nameless]));
    const error = await rejection(clientFor(server).client.listDeploymentsUpTo(app, {}, 10));
    expect(error.name).toBe("LosantAnswerError");
    expect(error.message).toContain("items[0].flowId: ");
  });

  test("is sorted by id, and filtered as asked", async () => {
    await using server = await startHttpServer(pagesOf(fleet(1)));
    await clientFor(server).client.listDeploymentsUpTo(app, { flowId: flow, filterEmpty: true }, 10);
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toMatchObject({
      flowId: flow,
      filterEmpty: "true",
      sortField: "id",
      sortDirection: "asc",
    });
  });
});
