import { expect, test } from "@jest/globals";
import { checkApiUrl, createLosantClient, defaultApiUrl, LosantUsageError } from "../../../provider/losant/index.js";

test.each([
  defaultApiUrl,
  "https://losant.example.com",
  "https://losant.example.com/api/",
  "https://10.0.0.7:8443",
  "http://localhost:1234",
  "http://LOCALHOST",
  "http://127.0.0.1",
  "http://127.8.9.10:80/",
  "http://127.1",
  "http://[::1]:3000",
])("%s may get the token", (url) => {
  expect(checkApiUrl(url)).toBeUndefined();
});

test.each([
  ["http://api.losant.com", "is not https"],
  ["http://127.0.0.1.example.com", "is not https"],
  ["http://localhost.example.com", "is not https"],
  ["http://10.0.0.7", "is not https"],
  ["http://[::2]", "is not https"],
  ["ftp://localhost", "is not https"],
  ["file:///etc/passwd", "is not https"],
  ["api.losant.com", "not an absolute URL"],
  ["", "not an absolute URL"],
])("%s is refused with its reason and the way out", (url, reason) => {
  const problem = checkApiUrl(url);
  expect(problem).toContain(reason);
  expect(problem).toContain(`"${url}"`);
  expect(problem).toContain("losant:apiUrl");
});

test.each([
  "https://user:hunter2@api.losant.com",
  "https://hunter2@api.losant.com",
  "http//user:hunter2@api.losant.com",
  "https://api.losant.com?key=hunter2",
  "https://api.losant.com/#hunter2",
])("a secret in the address is refused and not repeated", (url) => {
  expect(checkApiUrl(url)).toContain("losant:apiUrl");
  expect(checkApiUrl(url)).not.toContain("hunter2");
});

test.each([
  ["https://losant.example.com#", "a query or a fragment"],
  ["https://losant.example.com?", "a query or a fragment"],
  ["https://losant.example.com//", "an empty part in its path"],
  ["https://losant.example.com//api", "an empty part in its path"],
  [" https://losant.example.com", "blanks, line breaks"],
  ["https://losant.example.com\n", "blanks, line breaks"],
  ["https://losant\t.example.com", "blanks, line breaks"],
  ["https:\\\\losant.example.com", "blanks, line breaks"],
])("%j is refused: the parser would make another address of it", (url, reason) => {
  expect(checkApiUrl(url)).toContain(reason);
});

test("a client for a refused address cannot be made", () => {
  expect(() => createLosantClient({ apiToken: "t", apiUrl: "http://api.losant.com" })).toThrow(LosantUsageError);
});

test.each(["", "  \n", "two words", "line\nbreak", "tökén"])(
  "a client with the token %j cannot be made",
  (apiToken) => {
    expect(() => createLosantClient({ apiToken })).toThrow(LosantUsageError);
    expect(() => createLosantClient({ apiToken })).toThrow("losant:apiToken");
  },
);
