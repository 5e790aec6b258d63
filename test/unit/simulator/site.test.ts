// What is served beside the API.
import { expect, test } from "@jest/globals";
import { startSimulator } from "pulumi-losant/simulator";
import { request } from "node:http";
import { answerTo } from "./raw-http.js";

test("a site answers what it knows; the rest are calls; what it answers is no call, and no fault hits it", async () => {
  const site = (request: Request): Response | undefined =>
    new URL(request.url).pathname === "/" ? new Response("the page") : undefined;
  const losant = await startSimulator({ site });
  losant.fault({ status: 500, times: Infinity });
  expect(await (await fetch(losant.url)).text()).toBe("the page");
  expect(losant.calls).toEqual([]);
  expect((await fetch(`${losant.url}/other`)).status).toBe(500);
  expect(losant.calls).toHaveLength(1);
  await losant.close();
});

test("without a site nothing is served at /", async () => {
  const losant = await startSimulator();
  expect((await fetch(losant.url)).status).toBe(405);
  await losant.close();
});

test("a site serves this machine only, as the API does", async () => {
  const losant = await startSimulator({ site: () => new Response("the page") });
  const sent = request(losant.url, { agent: false, headers: { host: "evil.example" } });
  sent.end();
  expect((await answerTo(sent)).status).toBe(403);
  await losant.close();
});
