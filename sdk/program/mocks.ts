/**
 * Unit tests of a user's program: `pulumi.runtime.setMocks` puts a monitor of its own in Pulumi's place, and there is no
 * engine. Look-ups go through the mocked `call` then, as those of any package do, and never to the network.
 *
 * A simulator on this machine is asked instead where the test names one: its settings have `losant:apiUrl`.
 */
import * as pulumi from "@pulumi/pulumi";
import { isThisMachine } from "../../provider/losant/api-url.js";
import { userError } from "./user-error.js";

/** A look-up as a mocked `call` sees it. */
export interface MockableCall {
  /** `getDevices`: the token is `losant:index:getDevices`. */
  readonly name: string;
  /** Who asks, for messages. @default the name */
  readonly what?: string;
  readonly args: object;
  /** What programs use of the answer: it has to be there. */
  readonly answer: { readonly property: string; readonly example: string };
}

/** Does the program run under `setMocks`? */
export function isMocked(): boolean {
  return pulumi.runtime.hasMonitor() && pulumi.runtime.getEngine() === undefined;
}

/** @returns the look-up by the mocked `call`; undefined where Losant, or a simulator, is asked */
export function mockedCall<T>({ name, what = name, args, answer }: MockableCall): Promise<T> | undefined {
  if (!isMocked() || asksSimulator()) return undefined;
  return (async () => {
    const token = `losant:index:${name}`;
    const result: unknown = await pulumi.runtime.invoke(token, { ...args }, { async: true });
    const given = (result as Readonly<Record<string, unknown>> | null | undefined)?.[answer.property];
    if (given !== undefined && given !== null) return result as T;
    throw userError(
      `${what}: the mocked call of ${token} answered no ${answer.property}: return for example ${answer.example} ` +
        "from `call` of pulumi.runtime.setMocks for it. To ask a simulator instead, set losant:apiUrl to its address.",
    );
  })();
}

/** The environment may name a simulator for other purposes: only the test's own settings count. */
function asksSimulator(): boolean {
  const url = pulumi.runtime.getConfig("losant:apiUrl");
  return url !== undefined && isThisMachine(url);
}
