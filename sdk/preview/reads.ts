/** The plan's reads for one run of a program: with its client, with less patience than its look-ups, and Pulumi's log. */
import * as pulumi from "@pulumi/pulumi";
import { visibleLines } from "../../provider/text/visible-text.js";
import { createPlanReads } from "../../provider/lookup/plan-reads.js";
import type { PlanReads } from "../../provider/lookup/plan-reads.js";
import type { Patience, Program } from "../program/program.js";

/** A preview waits for the plan at most this long after everything else is done. */
const PATIENCE: Patience = { timeoutMs: 10_000, totalTimeoutMs: 20_000 };

/** @param beforeDevices - ends when the other resources ask for their devices too: they are read together */
export function createReads(program: Program, beforeDevices?: () => Promise<void>): PlanReads {
  return createPlanReads({
    lookup: { ...program, client: (applicationId) => program.client(applicationId, PATIENCE) },
    log: {
      debug: (message) => void pulumi.log.debug(message),
      info: (message) => void pulumi.log.info(visibleLines(message)),
      warn: (message) => void pulumi.log.warn(visibleLines(message)),
    },
    beforeDevices,
  });
}
