// The configuration of the provider, and which of it counts.
import { describe, expect, test } from "@jest/globals";
import { configDifference, configFailures, configOfNow, pluginSettings } from "../../../provider/plugin/config.js";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";

const nothing = () => undefined;
const application = "a00000000000000000000001";

test("arguments of a provider are settings, also those that arrive as JSON", () => {
  const settings = pluginSettings(
    {
      apiToken: "t",
      apiTokens: `{"${application}":"own"}`,
      verifySeconds: "7",
      forgetMissingApplication: true,
      refreshBeforeUpdate: "false",
    },
    nothing,
  );
  expect(settings).toMatchObject({
    apiToken: "t",
    apiTokens: { [application]: "own" },
    verifySeconds: 7,
    forgetMissingApplication: true,
    preflight: true,
    refreshBeforeUpdate: false,
    problems: [],
  });
});

test("the environment fills in what is not configured", () => {
  const env = (name: string) => ({ LOSANT_API_TOKEN: "from the environment" })[name];
  expect(pluginSettings({}, env).apiToken).toBe("from the environment");
  expect(pluginSettings({ apiToken: "t" }, env).apiToken).toBe("t");
});

describe("which configuration counts", () => {
  const now = '{"apiToken":"new"}';
  test.each(["default", "default_0_1_0"])("for the provider %s, the one of now", (name) => {
    expect(configOfNow({ apiToken: "of the last up", apiUrl: "u" }, name, now)).toEqual({ apiToken: "new" });
  });
  test("for a provider of its own, its arguments", () => {
    expect(configOfNow({ apiToken: "its own" }, "production", now)).toEqual({ apiToken: "its own" });
    expect(configOfNow({ apiToken: "its own" }, "defaults", now)).toEqual({ apiToken: "its own" });
  });
  test.each([undefined, "not JSON", "null"])("the arguments, where the environment holds none (%s)", (text) => {
    expect(configOfNow({ apiToken: "t" }, "default", text)).toEqual({ apiToken: "t" });
  });
});

test("what is wrong is said with the property it stands in, without the value of a secret", () => {
  const values = {
    apiUrl: "http://losant.example",
    replace: "often",
    preflight: "maybe",
    apiTokens: "s3cret",
    retrySeconds: 1,
  };
  const failures = configFailures(values, nothing);
  expect(failures.map(({ property }) => property).toSorted()).toEqual([
    "apiTokens",
    "apiUrl",
    "preflight",
    "replace",
    "retrySeconds",
  ]);
  expect(JSON.stringify(failures)).not.toContain("s3cret");
});

test("a misspelt setting is refused with what comes close; a project called losant has keys of its own", () => {
  const values = { replce: "never", apiToken: "t", version: "0.1.0", refreshBeforeUpdate: "true" };
  const of = (project: string) => configFailures(values, (name) => (name === "PULUMI_PROJECT" ? project : undefined));
  expect(of("plant")).toEqual([{ property: "replce", reason: 'losant:replce is no setting: did you mean "replace"?' }]);
  expect(of("losant")).toEqual([]);
});

test("what is not known yet is not wrong, and neither is what Pulumi adds", () => {
  const added = { version: "0.1.0", pluginDownloadURL: "https://x", __internal: {} };
  expect(configFailures({ replace: UNKNOWN_GUID, apiToken: UNKNOWN_GUID, ...added }, nothing)).toEqual([]);
});

test("a difference names what differs, and nothing that Pulumi adds", () => {
  const olds = { apiToken: "a", apiUrl: "u", version: "0.1.0" };
  expect(configDifference(olds, { apiToken: "b", apiUrl: "u", version: "0.2.0", replace: "never" })).toEqual([
    "apiToken",
    "replace",
  ]);
  expect(configDifference(olds, olds)).toEqual([]);
});
