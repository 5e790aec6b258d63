/** One life of a few resources, acted out; every move of every command is held against what was allowed. */
import { expect } from "@jest/globals";
import { argsIn, Declaration, mayMove, ownersIn } from "./declaration.js";
import type { Owner } from "./declaration.js";
import type { Kept, Program, Report } from "./engine.js";
import type { Action } from "./lives.js";
import type { Stage } from "./stage.js";

const USER = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;

export class Life {
  readonly #stage: Stage;
  readonly #declaration = new Declaration();
  /** Moved by a command that was killed: nothing can know of it afterwards. */
  readonly #loose = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async act(action: Action): Promise<void> {
    const { simulator, engine, flows, devices, applicationId, killAt } = this.#stage;
    switch (action.do) {
      case "declare": {
        const { slot, flow, version, exclusive, adopt } = action;
        const deviceIds = action.devices.map((device) => devices[device] ?? "");
        this.#declaration.declare(slot, {
          applicationId,
          flowId: flows[flow] ?? "",
          version,
          deviceIds,
          ...(exclusive ? { exclusive } : {}),
          ...(adopt ? { adopt } : {}),
        });
        return;
      }
      case "drop":
        return this.#declaration.drop(action.slot);
      case "rename":
      case "alias":
        return this.#declaration.rename(action.slot, action.do === "alias");
      case "up": {
        const only = this.#declaration.nameOf(action.only);
        await this.up(this.#declaration.program(), { ...action, only });
        return;
      }
      case "preview":
        await this.#watched({}, false, () => engine.preview(this.#declaration.program()), []);
        return;
      case "refresh": {
        const first = await this.#watched({}, false, () => engine.refresh(), []);
        const kept = structuredClone(engine.state);
        const again = await this.#watched({}, false, () => engine.refresh(), []);
        if (!first.killed && first.errors.length + again.errors.length === 0) expect(engine.state).toEqual(kept);
        return;
      }
      case "destroy":
        await this.#watched({}, false, () => engine.destroy());
        return;
      case "settle":
        return simulator.settle();
      case "byHand":
        return simulator.change({
          applicationId,
          flowId: flows[action.flow] ?? "",
          deviceId: devices[action.device] ?? "",
          version: action.version,
          by: USER,
        });
      case "device":
        return simulator.setBehaviour(
          devices[action.device] ?? "",
          action.becomes === "failing" ? { kind: "failing", error: "too old" } : { kind: action.becomes },
        );
      case "overwrite":
        if (action.version !== null) simulator.overwriteVersion(flows[action.flow] ?? "", action.version);
        return;
      case "fault": {
        const { method, skip, times, breaks } = action;
        return simulator.fault({ method, skip, times, ...breaks });
      }
      case "kill":
        return killAt(action.call, action.moment);
    }
  }

  /** Whatever happened before: with nothing broken any more, one `up` ends it, and a second one finds nothing to do. */
  async end(): Promise<void> {
    const { simulator, engine, devices, desired } = this.#stage;
    simulator.clearFaults();
    for (const device of devices) simulator.setBehaviour(device, { kind: "immediate" });
    simulator.settle();
    const program = this.#declaration.program({ adopt: true });
    await engine.refresh();
    const owners = ownersIn(engine.state);
    const last = await this.up(program);
    expect(last.errors).toEqual([]);
    for (const { flowId, deviceIds } of owners) {
      const declared = argsIn(program).flatMap(([, args]) => (args.flowId === flowId ? args.deviceIds : []));
      for (const id of deviceIds) if (!declared.includes(id)) expect([id, desired(flowId, id)]).toEqual([id, null]);
    }
    expect(this.#leftBehind(program)).toEqual([]);
    simulator.settle();
    await engine.refresh();
    const steady = structuredClone(engine.state);
    for (const { outputs } of steady) expect(outputs).toMatchObject({ status: "deployed", drift: [], failures: [] });
    for (const device of devices) {
      simulator.disconnect(device);
      simulator.connect(device);
    }
    simulator.settle();
    simulator.clearCalls();
    const names = Object.keys(program);
    const same = Object.fromEntries(names.map((name) => [name, "same"]));
    expect(await engine.preview(program)).toMatchObject({ errors: [], steps: same });
    expect(await engine.up(program)).toEqual({ errors: [], steps: same, killed: false });
    expect(engine.state).toEqual(steady.toSorted(byOrderOf(engine.state)));
    expect(simulator.calls.filter(({ method }) => method === "POST")).toEqual([]);
    const foreign = this.#foreign();
    await this.#watched({}, false, () => engine.destroy());
    expect(engine.state).toEqual([]);
    expect(foreign.map(({ flowId, id }) => desired(flowId, id))).toEqual(foreign.map(({ version }) => version));
  }

  async up(program: Program, options: { refresh?: boolean; inTurn?: boolean; only?: string | undefined } = {}) {
    const { only, inTurn = false } = options;
    const entries = Object.entries(program).filter(([name]) => only === undefined || name === only);
    const { engine } = this.#stage;
    const owners = ownersIn(engine.state).filter(({ name }) => only === undefined || isOf(program, only, name));
    const asked = Object.fromEntries(entries);
    const report = await this.#watched(asked, inTurn, () => engine.up(program, options), owners);
    // What an `up` without a refresh does not know of, it does not mend; --target does not refresh under an earlier name.
    const refreshed = options.refresh !== false && (only === undefined || program[only]?.alias === undefined);
    if (!report.killed && report.errors.length === 0 && refreshed) this.#expectDeclared(asked);
    return report;
  }

  #expectDeclared(program: Program): void {
    for (const [, { flowId, version, deviceIds }] of argsIn(program)) {
      for (const id of deviceIds) expect([id, this.#stage.desired(flowId, id)]).toEqual([id, version]);
    }
  }

  /** Runs one command and holds each move it made against what it was allowed. */
  async #watched(program: Program, inTurn: boolean, run: () => Promise<Report>, owned?: readonly Owner[]) {
    const { moves, engine, simulator, applicationId } = this.#stage;
    moves();
    const owners = owned ?? ownersIn(engine.state);
    const before = new Map(
      simulator.rows(applicationId).map((row) => [`${row.flowId}/${row.deviceId}`, row.desiredVersion]),
    );
    const report = await run();
    // What Losant accepted shows late; a killed or failed command does not wait for it.
    if (report.killed || report.errors.length > 0) await new Promise((resolve) => setTimeout(resolve, 6));
    const made = moves();
    if (report.killed) for (const { flowId, deviceId } of made) this.#loose.add(`${flowId}/${deviceId}`);
    const wrong = made.filter((move) => {
      const was = before.get(`${move.flowId}/${move.deviceId}`) ?? null;
      return !mayMove(move, was, owners, program, inTurn);
    });
    expect(wrong).toEqual([]);
    return report;
  }

  /** Devices that carry a version because we put it there, and that nothing declares any more. */
  #leftBehind(program: Program): string[] {
    const { simulator, applicationId } = this.#stage;
    return simulator.rows(applicationId).flatMap(({ flowId, deviceId, desiredVersion, logs }) => {
      const ours = logs.findLast(({ changeType }) => changeType === "desired")?.sourceType === "apiToken";
      const declared = argsIn(program).some(([, args]) => args.flowId === flowId && args.deviceIds.includes(deviceId));
      const key = `${flowId}/${deviceId}`;
      return desiredVersion === null || !ours || declared || this.#loose.has(key) ? [] : [key];
    });
  }

  #foreign() {
    const { engine, flows, devices, desired } = this.#stage;
    const owners = ownersIn(engine.state);
    return flows.flatMap((flowId) => {
      const here = owners.filter((owner) => owner.flowId === flowId);
      if (here.some(({ exclusive }) => exclusive)) return [];
      return devices
        .filter((id) => !here.some(({ deviceIds }) => deviceIds.includes(id)))
        .map((id) => ({ flowId, id, version: desired(flowId, id) }));
    });
  }
}

const isOf = (program: Program, only: string, name: string): boolean => name === only || program[only]?.alias === name;

const byOrderOf =
  (state: readonly Kept[]) =>
  (a: Kept, b: Kept): number =>
    state.findIndex(({ name }) => name === a.name) - state.findIndex(({ name }) => name === b.name);
