/** One listing that the calls of a flow rest on. */
import type { Fleet } from "../resource/fleet.js";

export interface Look {
  readonly fleet: Fleet;
  readonly askedAt: number;
  /** Orders looks, calls and arrivals. */
  readonly turn: number;
}
