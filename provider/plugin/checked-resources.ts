/**
 * The resources that Pulumi has checked so far. They take the place of the facts that a dynamic program writes
 * (`resource/program-facts.ts`). Two resources that declare one device are refused.
 */
import type { FactReader } from "../host/fact-reader.js";
import type { Inputs } from "../resource/inputs.js";
import { createOverlapCheck } from "../resource/overlap-check.js";
import type { Claim } from "../resource/overlap-check.js";
import type { ProgramFact } from "../resource/program-facts.js";

export interface CheckedResources {
  /** For the handover: which resources were checked without all of their inputs being known. */
  readonly reader: FactReader;
  readonly has: (urn: string) => boolean;
  /**
   * To be called before the lifecycle checks.
   *
   * @param inputs - undefined where they are not all known
   * @returns the message about a device that another resource declares too
   */
  readonly add: (urn: string, name: string, inputs: Inputs | undefined) => string | undefined;
}

export function createCheckedResources(): CheckedResources {
  const claims = new Map<string, Claim>();
  const urns = new Set<string>();
  let facts: ProgramFact[] = [];
  let overlap = createOverlapCheck();

  /** A replacement is checked twice: what it declared before does not count against it. */
  const forget = (urn: string): void => {
    if (!claims.delete(urn)) return;
    overlap = createOverlapCheck();
    for (const claim of claims.values()) overlap.claim(claim);
  };

  return {
    reader: { added: () => facts.splice(0) },
    has: (urn) => urns.has(urn),
    add: (urn, name, inputs) => {
      urns.add(urn);
      forget(urn);
      if (inputs === undefined) {
        facts = [...facts, { fact: "unknown", self: urn, name }];
        return undefined;
      }
      const { applicationId, flowId, deviceIds, exclusive } = inputs;
      const claim: Claim = { resource: name, applicationId, flowId, deviceIds, exclusive };
      const problem = overlap.claim(claim);
      if (problem === undefined) claims.set(urn, claim);
      return problem;
    },
  };
}
