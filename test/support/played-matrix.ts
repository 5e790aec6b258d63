/** One cell of the lifecycle matrix, played in process on one front: what each command did, in words. */
import type { Declared, Program, Report } from "./engine-model.js";
import * as matrix from "./matrix.js";
import type { Cell, Declaration, Fleet } from "./matrix.js";
import { writeSentence } from "./plant.js";
import type { Stage } from "./stage.js";

/** What a command did. Each is compared between the fronts. */
export interface Played {
  readonly command: string;
  readonly errors: readonly string[];
  readonly steps: Report["steps"];
  readonly writes: readonly string[];
  /** Versions by device, of the workflow of the cell and of the one that `replace` moves to. */
  readonly fleet: Fleet;
  readonly next: Fleet;
}

interface Options {
  readonly aliases?: readonly { readonly name: string }[];
  readonly ignoreChanges?: readonly string[];
  readonly retainOnDelete?: boolean;
}

export interface MatrixOutcome {
  readonly played: readonly Played[];
  /** Is the state the same after a second refresh? */
  readonly isRefreshStable: boolean;
}

export async function playMatrixCell(stage: Stage, cell: Cell): Promise<MatrixOutcome> {
  const { engine, simulator, applicationId, flows, devices } = stage;
  const flowId = (number: number): string => flows[number === cell.flow ? 0 : 1] ?? "";
  const live = (number: number): Fleet =>
    Object.fromEntries(
      simulator
        .rows(applicationId, flowId(number))
        .filter(({ desiredVersion }) => desiredVersion !== null)
        .map((row) => [devices.indexOf(row.deviceId), row.desiredVersion]),
    ) as Fleet;
  const programOf = (declaration: Declaration | undefined): Program => {
    if (declaration === undefined) return {};
    const { name, flow, version, options = {} } = declaration;
    const { aliases, ...rest } = options as Options;
    const deviceIds = declaration.devices.map((device) => devices[device] ?? "");
    const adopt = name.includes("killed") ? { adopt: true } : {};
    const declared: Declared = {
      args: { applicationId, flowId: flowId(flow), version, deviceIds, ...adopt },
      ...rest,
      alias: aliases?.[0]?.name,
    };
    return { [name]: declared };
  };
  const played: Played[] = [];
  const play = async (command: string, work: () => Promise<Report>): Promise<void> => {
    simulator.settle();
    simulator.clearCalls();
    const { errors, steps } = await work();
    const writes = simulator.calls.filter(({ method }) => method === "POST").map(writeSentence);
    played.push({ command, errors, steps, writes, fleet: live(cell.flow), next: live(cell.nextFlow) });
  };

  await play("first up", () => engine.up(programOf(matrix.startingDeclaration(cell))));
  matrix.changeByHand(stage, flowId(cell.flow), cell, live(cell.flow));
  await play("refresh", () => engine.refresh());
  const refreshed = structuredClone(engine.state);
  await play("refresh again", () => engine.refresh());
  const isRefreshStable = JSON.stringify(engine.state) === JSON.stringify(refreshed);
  const program = programOf(matrix.declarationOf(cell));
  const only = cell.operation === "target" ? { only: [cell.name] } : {};
  await play("preview", () => engine.preview(program));
  await play("up", () => engine.up(program, only));
  await play("up again", () => engine.up(program, only));
  await play("destroy", () => engine.destroy());
  await play("destroy again", () => engine.destroy());
  return { played, isRefreshStable };
}
