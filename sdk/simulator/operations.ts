/** The calls that the simulator answers. */
export type SimulatedOperation =
  | "getApplication"
  | "listDeployments"
  | "getDeployment"
  | "release"
  | "replace"
  | "remove"
  | "listDevices"
  | "getDevice"
  | "listFlows"
  | "getFlow"
  | "listFlowVersions"
  | "getFlowVersion"
  | "listVersionErrors"
  | "countVersionRuns"
  | "listApplicationTokens"
  | "listOrganizations";
