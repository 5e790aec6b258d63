/**
 * Mutants: one wrong decision each, in the code that decides which device moves. A mutant that survives is a rule that
 * no test holds. `find` has to stand in the file exactly once; `tests` are parts of paths, as for `npm run jest`.
 *
 * @typedef {{ file: string, find: string, instead: string }} Edit
 * @typedef {Edit & { name: string, also?: readonly Edit[], tests: readonly string[] }} Mutant
 * @type {readonly Mutant[]}
 */
export const MUTANTS = [
  {
    name: "the program's facts are not asked who declares a device",
    file: "provider/handover.ts",
    find: "const other = declared.get(deviceId);\n        return other === undefined || other === self ? undefined : nameOf(other);",
    instead: "return undefined;",
    tests: ["unit/handover", "property/handover"],
  },
  {
    name: "a state that shows the device does not count as taken",
    file: "provider/handover.ts",
    find: "[...(holders.get(deviceId) ?? [])].some((holder) => holder !== id)",
    instead: "false",
    tests: ["unit/handover", "property/handover"],
  },
  {
    name: "what was handed over is not saved",
    file: "provider/apply.ts",
    find: "handedOver: new Map([...handedOver, ...unclearToo]),",
    instead: "handedOver: new Map(unclearToo),",
    tests: ["unit/lifecycle", "property/handover"],
  },
  {
    name: "devices handed over to nobody known are removed in a destroy",
    file: "provider/decide.ts",
    find: "unclear.push(deviceId);",
    instead: "leaving.push(deviceId);",
    tests: ["unit/decide", "unit/lifecycle-delete", "property/handover"],
  },
  {
    name: "a device already at the version is taken over too",
    file: "provider/decide.ts",
    find: " && view.desired !== version);",
    instead: ");",
    tests: ["unit/decide", "property/handover"],
  },
  {
    name: "a device that this stack owns is taken over, and refused",
    file: "provider/decide.ts",
    find: ".filter((deviceId) => !program.isOwnedByStack(deviceId))",
    instead: "",
    tests: ["unit/decide", "property/handover"],
  },
  {
    name: "each resource has a look and a plan of its own",
    file: "provider/flow-session.ts",
    find: "member.isDue && member.canUse(look) && member.needsCalls(look));",
    instead: "member.isDue && member.canUse(look) && member.needsCalls(look)).slice(0, 1);",
    tests: ["unit/flow-session", "property/handover"],
  },
  {
    name: "two rounds of one session run at once",
    file: "provider/flow-session.ts",
    find: "if (!this.#isRunning) void this.#run();",
    instead: "void this.#run();",
    tests: ["unit/flow-session", "property/handover", "property/lifecycle"],
  },
  {
    name: "a wide call rests on a look from before the resource came in",
    file: "provider/flow-session.ts",
    find: "isFreshLook: toWrite.every((member) => member.isBefore(look)),",
    instead: "isFreshLook: true,",
    tests: ["unit/flow-session"],
  },
  {
    name: "what was not taken is sent again on the look before it",
    file: "provider/flow-member.ts",
    find: 'return this.#phase === "new" && !this.#looksAnew && isRecent;',
    instead: "return !this.#looksAnew && isRecent;",
    also: [
      {
        file: "provider/flow-session.ts",
        find: 'this.#looks.delete(key);\n    if (next !== "look again")',
        instead: 'if (next === "look again") this.#looks.delete(key);\n    else',
      },
    ],
    tests: ["unit/flow-session"],
  },
  {
    name: "a wide call is sent again after calls were taken",
    file: "provider/flow-member.ts",
    find: "return this.calls.length === 0;",
    instead: "return true;",
    tests: ["unit/flow-session", "property/lifecycle"],
  },
  {
    name: "whose calls are under way is not looked at by a wide call of another one",
    file: "provider/joint-plan.ts",
    find: "  for (const intent of underWay) for (const [deviceId, version] of intent.desired) desired.set(deviceId, version);\n",
    instead: "",
    tests: ["unit/flow-session", "property/joint-plan"],
  },
  {
    name: "who gives up a device stops it, where another one wants it in the same plan",
    file: "provider/joint-plan.ts",
    find: "if (version !== null || !owned.has(deviceId)) ",
    instead: "",
    tests: ["unit/flow-session", "property/joint-plan"],
  },
  {
    name: "nobody asks before a write whether the engine is still there",
    file: "provider/flow-session.ts",
    find: "await assertEngineAlive(this.#options);",
    instead: "",
    tests: ["unit/flow-session", "property/lifecycle"],
  },
  {
    name: "no look is made again after a refusal that rests on an earlier one",
    file: "provider/flow-member.ts",
    find: 'if (this.#phase === "new" && !this.isBefore(look)) {',
    instead: "if (false) {",
    tests: ["unit/flow-session"],
  },
  {
    name: "a batch of a rollout takes over what somebody has moved",
    file: "provider/rollout-run.ts",
    find: "refuse({ takeovers: takeovers.filter((view) => batch.has(view.deviceId)) });",
    instead: "",
    tests: ["unit/rollout", "property/rollout"],
  },
  {
    name: "a rollout does not refuse at its beginning",
    file: "provider/rollout-run.ts",
    find: "  request.refuse(decision);\n",
    instead: "",
    tests: ["unit/rollout", "property/rollout"],
  },
  {
    name: "no rest after a rollout was resumed",
    file: "provider/rollout-run.ts",
    find: "begun: goesOn && there.length > 0,",
    instead: "begun: false,",
    tests: ["unit/rollout", "property/rollout"],
  },
  {
    name: "a rollback decides on what the rollout saw last",
    file: "provider/rollback.ts",
    find: "isAt(live, id, course.wanted.get(id) ?? null);",
    instead: "isAt(course.fleet, id, course.wanted.get(id) ?? null);",
    tests: ["unit/rollout", "property/rollout"],
  },
  {
    name: "a common version of devices that are not ours is the version",
    file: "provider/live.ts",
    find: "drift.length === ours.size && drift.every((entry) => ours.has(entry.deviceId))",
    instead: "drift.length === ours.size",
    tests: ["unit/state", "property/live"],
  },
  {
    name: "that Losant could not be looked at is not saved",
    file: "provider/live.ts",
    find: "        unverified: true,\n",
    instead: "",
    tests: ["unit/state", "property/live"],
  },
  {
    name: "one look without the devices is enough for gone",
    file: "provider/lifecycle.ts",
    find: "if (found.live === undefined || found.live.gone) found = await read(ports.flows.fresh(identity));",
    instead: "",
    tests: ["unit/lifecycle", "unit/observe"],
  },
  {
    name: "a 404 on delete is success",
    file: "provider/removal.ts",
    find: "throw toldOf(error);",
    instead: "{ if (!isNotFound(error)) throw toldOf(error); return; }",
    tests: ["unit/lifecycle-delete"],
  },
];
