// The ready policies under @pulumi/policy's own matching and running: what its server does with a request of the engine.
import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { validateResourceOfType } from "@pulumi/policy";
import type { Policies, ResourceValidationPolicy } from "@pulumi/policy";
import { EdgeDeployment } from "pulumi-losant";
import {
  forbidWorkingCopy,
  limitDevices,
  limitExclusive,
  losantPolicies,
  requireProtect,
  requireRollout,
} from "pulumi-losant/policy";
import { matchesAny } from "../../../sdk/policy/deployment-policy.js";

const require = createRequire(import.meta.url);
const { makeAnalyzeRpcFun } = require("@pulumi/policy/server.js") as {
  makeAnalyzeRpcFun: (pack: string, version: string, level: string, policies: Policies) => Analyze;
};
const messages = require("@pulumi/pulumi/proto/analyzer_pb.js") as {
  AnalyzeRequest: new () => Request;
  AnalyzerResourceOptions: new () => { setProtect(value: boolean): void };
};
const { Struct } = createRequire(require.resolve("@pulumi/pulumi/package.json"))(
  "google-protobuf/google/protobuf/struct_pb.js",
) as { Struct: { fromJavaScript(value: object): unknown } };

interface Request {
  setType(type: string): void;
  setUrn(urn: string): void;
  setName(name: string): void;
  setProperties(properties: unknown): void;
  setOptions(options: unknown): void;
}
interface Answer {
  getDiagnosticsList(): { getMessage(): string; getPolicyname(): string; getEnforcementlevel(): number }[];
  getNotApplicableList(): { getPolicyName(): string }[];
}
type Analyze = (call: { request: Request }, done: (error: Error | null, answer?: Answer) => void) => Promise<void>;

const TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const devices = (count: number): string[] => Array.from({ length: count }, (_, n) => `d${n}`);

interface Asked {
  readonly props?: object;
  readonly stack?: string;
  readonly type?: string;
  readonly protect?: boolean;
}

/** What the pack's server answers about one resource: `policy: message`, and the policies that do not apply. */
async function analyze(policies: Policies, { props = {}, stack = "dev", type = TYPE, protect = false }: Asked) {
  const request = new messages.AnalyzeRequest();
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  request.setType(type);
  request.setUrn(`urn:pulumi:${stack}::plant::${type}::line`);
  request.setName("line");
  request.setProperties(Struct.fromJavaScript({ version: "v1", deviceIds: devices(1), ...props }));
  request.setOptions(options);
  const answer = await new Promise<Answer>((resolve, reject) => {
    void makeAnalyzeRpcFun(
      "pack",
      "1.0.0",
      "mandatory",
      policies,
    )({ request }, (error, found) =>
      error || found === undefined ? reject(error ?? new Error("no answer")) : resolve(found),
    );
  });
  return {
    found: answer.getDiagnosticsList().map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n").at(-1)}`),
    levels: answer.getDiagnosticsList().map((one) => one.getEnforcementlevel()),
    notApplicable: answer.getNotApplicableList().map((one) => one.getPolicyName()),
  };
}

describe("validateResourceOfType(EdgeDeployment)", () => {
  const policy: ResourceValidationPolicy = {
    name: "own",
    description: "own",
    validateResource: validateResourceOfType(EdgeDeployment, ({ version, deviceIds }, _args, report) => {
      report(`${version ?? "nothing"} on ${deviceIds?.length ?? 0}`);
    }),
  };

  test("runs for an EdgeDeployment, with its inputs", async () => {
    expect(await analyze([policy], {})).toMatchObject({ found: ["own: v1 on 1"], notApplicable: [] });
  });

  test("does not run for another dynamic resource", async () => {
    const other = await analyze([policy], { type: "pulumi-nodejs:dynamic:Resource" });
    expect(other).toMatchObject({ found: [], notApplicable: ["own"] });
  });

  test("isInstance answers @pulumi/policy's question, which has the type alone", () => {
    const ask = (type: string): boolean => EdgeDeployment.isInstance({ __pulumiType: type });
    expect([ask(TYPE), ask("pulumi-nodejs:dynamic:Resource")]).toEqual([true, false]);
    expect([undefined, null, "text", {}].map((value) => EdgeDeployment.isInstance(value))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("the ready policies", () => {
  test("are policies of @pulumi/policy, and say nothing about a careful declaration", async () => {
    const policies: Policies = losantPolicies();
    expect(policies.map(({ name }) => name)).toEqual([
      "losant-require-rollout",
      "losant-limit-devices",
      "losant-forbid-working-copy",
      "losant-limit-exclusive",
      "losant-require-protect",
    ]);
    const careful = { deviceIds: devices(100), rollout: { batches: [1, "100%"] }, exclusive: true, maxDevices: 100 };
    expect(await analyze(policies, { props: careful, stack: "production", protect: true })).toEqual({
      found: [],
      levels: [],
      notApplicable: [],
    });
  });

  test("do not run for resources of another type", async () => {
    const other = await analyze(losantPolicies(), { type: "aws:s3/bucket:Bucket", props: { version: "develop" } });
    expect(other.found).toEqual([]);
    expect(other.notApplicable).toHaveLength(5);
  });

  test.each([
    ["production", 2, {}, 1],
    ["prod-graz", 2, {}, 1],
    ["graz-prod", 2, {}, 1],
    ["production", 1, {}, 0],
    ["production", 2, { rollout: {} }, 0],
    ["production", 2, { version: null }, 0],
    ["staging", 2, {}, 0],
    ["nonprod", 2, {}, 0],
  ])("require-rollout: stack %s, %i devices, %j: %i violations", async (stack, count, props, violations) => {
    const { found } = await analyze([requireRollout()], { stack, props: { deviceIds: devices(count), ...props } });
    expect(found).toEqual(
      violations === 0
        ? []
        : [
            `losant-require-rollout: EdgeDeployment "line" releases to 2 devices of stack ${stack} at once. ` +
              'Give it a rollout, for example { batches: [1, "25%", "100%"] }.',
          ],
    );
  });

  test("limit-devices: one more than allowed is refused", async () => {
    const policy = limitDevices({ maxDevices: 3 });
    expect((await analyze([policy], { props: { deviceIds: devices(3) } })).found).toEqual([]);
    expect((await analyze([policy], { props: { deviceIds: devices(4) } })).found).toEqual([
      'losant-limit-devices: EdgeDeployment "line" targets 4 devices; the policy allows 3. ' +
        "Look at what chose them, then split the resource or raise maxDevices of losant-limit-devices.",
    ]);
  });

  test("forbid-working-copy, limit-exclusive and require-protect each name the resource and the way out", async () => {
    const policies = [forbidWorkingCopy(), limitExclusive(), requireProtect({ production: ["graz"] })];
    const { found } = await analyze(policies, { props: { version: "develop", exclusive: true }, stack: "graz" });
    expect(found).toEqual([
      'losant-forbid-working-copy: EdgeDeployment "line" deploys "develop", the working copy, which can change at any time. Save a version in Losant and name it.',
      'losant-limit-exclusive: EdgeDeployment "line" is exclusive, so it removes the workflow from every other device, and has no maxDevices. Give it one.',
      'losant-require-protect: EdgeDeployment "line" can be destroyed in stack graz. Give it the option { protect: true }; to remove it later, set protect: false first.',
    ]);
  });

  test("of devices that a preview does not know yet, they say that they could not run, and refuse nothing", async () => {
    const { found, levels } = await analyze([limitDevices()], { props: { deviceIds: UNKNOWN } });
    expect(found).toEqual([expect.stringContaining("can't run policy 'losant-limit-devices'")]);
    expect(levels).toEqual([0]);
  });
});

test.each([
  ["prod", ["prod*"], true],
  ["production", ["prod"], false],
  ["a.b", ["a.b"], true],
  ["axb", ["a.b"], false],
  ["prod-graz", ["prod-*"], true],
  ["x-prod-graz", ["*-prod*"], true],
  ["Prod", ["prod"], false],
  ["prod", [], false],
])("the stack %s is among %j: %s", (stack, patterns, expected) => {
  expect(matchesAny(stack, patterns)).toBe(expected);
});
