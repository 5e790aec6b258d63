// `npm run docs` fails for a link that leads nowhere.
import { expect, test } from "@jest/globals";

const { deadLinksOf } = (await import(new URL("../../scripts/docs/dead-links.mjs", import.meta.url).href)) as {
  deadLinksOf: (pages: ReadonlyMap<string, string>) => string[];
};

test("files and anchors that are not there are named; other sites are not asked", () => {
  const pages = new Map([
    ["index.html", '<a href="a/one.html#top">1</a> <a class="b" href="two.html">2</a> <a href="https://x.y/z">3</a>'],
    [
      "a/one.html",
      '<h1 id="top">1</h1> <a href="../index.html#no">back</a> <img src="../pic.svg"> <a href="#top">up</a>',
    ],
  ]);
  expect(deadLinksOf(pages)).toEqual([
    "index.html: two.html",
    "a/one.html: ../index.html#no",
    "a/one.html: ../pic.svg",
  ]);
});
