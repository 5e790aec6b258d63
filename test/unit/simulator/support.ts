/** One simulated application, and requests to it by fetch. Devices report when a test calls `settle`. */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { FleetOptions, Row, Seed, Simulator, SimulatorOptions } from "pulumi-losant/simulator";

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** The JSON of an answer; tests look at a few fields. */
export interface Json {
  readonly [key: string]: unknown;
  readonly items: readonly Json[];
}

export interface Bench extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly app: string;
  readonly flow: (number?: number) => string;
  readonly device: (number: number) => string;
  /** Below the application; an absolute path starts with two slashes. */
  readonly get: (path: string, token?: string | null) => Promise<Answer>;
  readonly post: (path: string, body: unknown, token?: string | null) => Promise<Answer>;
  readonly release: (version: string | null, ...devices: number[]) => Promise<Answer>;
  /** `desired>current` of the first flow, by number of device; `-` stands for null. */
  readonly versions: () => Record<number, string>;
  readonly row: (device: number) => Readonly<Row>;
}

export type BenchOptions = Omit<SimulatorOptions, "seed"> &
  FleetOptions & { readonly seed?: ((seed: Seed) => Seed) | undefined };

const LATER = 3_600_000;

export async function bench({ seed: change = (seed) => seed, ...options }: BenchOptions = {}): Promise<Bench> {
  const seed = change(fleet(options));
  const simulator = await startSimulator({ reportDelayMs: LATER, ...options, seed });
  const [application] = seed.applications;
  if (!application) throw new Error("the seed is empty");
  const app = application.id;
  const flow = (number = 0): string => application.flows[number]?.id ?? "";
  const device = (number: number): string => application.devices[number]?.id ?? "";
  const rows = () => simulator.rows(app, flow());

  async function ask(path: string, token: string | null | undefined, init: RequestInit): Promise<Answer> {
    const url = path.startsWith("//") ? simulator.url + path.slice(1) : `${simulator.url}/applications/${app}${path}`;
    const bearer = token === undefined ? (seed.tokens[0]?.token ?? "") : token;
    const headers = new Headers(init.headers);
    if (bearer !== null) headers.set("authorization", `Bearer ${bearer}`);
    const answer = await fetch(url, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as Json };
  }
  const self: Bench = {
    simulator,
    app,
    flow,
    device,
    get: (path, token) => ask(path, token, {}),
    post: (path, body, token) =>
      ask(path, token, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    release: (version, ...devices) =>
      self.post("/edge/deployments/release", { flowId: flow(), version, deviceIds: devices.map(device) }),
    versions: () =>
      Object.fromEntries(
        rows().map((row) => [
          application.devices.findIndex(({ id }) => id === row.deviceId),
          `${row.desiredVersion ?? "-"}>${row.currentVersion ?? "-"}`,
        ]),
      ) as Record<number, string>,
    row: (number) => {
      const row = rows().find(({ deviceId }) => deviceId === device(number));
      if (!row) throw new Error(`device ${number} has no row`);
      return row;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
  return self;
}

/** Polls until the condition holds; gives up after twenty seconds. */
export async function eventually(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo();) {
    if (Date.now() > end) throw new Error(`not so after 20 s: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
