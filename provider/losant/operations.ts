/**
 * The calls that this project makes, in words, for the messages of errors. Scopes: Losant's published operation
 * documentation; what a 404 can mean: the same, plus "Flow version not found." as seen on release.
 */
export interface Operation {
  /** What could not be done. */
  readonly what: string;
  /** The narrowest scope that allows it and that an application token can have. */
  readonly scope: string;
  /** What a 404 can be about, besides the token. */
  readonly lookAt: string;
}

export const operations = {
  listDeployments: {
    what: "cannot list edge deployments",
    scope: "edgeDeployments.get",
    lookAt: "applicationId",
  },
  getDeployment: {
    what: "cannot read an edge deployment",
    // The narrowest one is edgeDeployment.get, but no application token can be given it (applicationApiTokenPost).
    scope: "all.Application.read",
    lookAt: "the deployment's id, applicationId",
  },
  release: {
    what: "cannot release a workflow version to devices",
    scope: "edgeDeployments.release",
    lookAt: "version, flowId, applicationId",
  },
  replace: {
    what: "cannot replace a deployed workflow version",
    scope: "edgeDeployments.replace",
    lookAt: "version, flowId, applicationId",
  },
  remove: {
    what: "cannot remove edge deployments",
    scope: "edgeDeployments.remove",
    lookAt: "flowId, applicationId",
  },
  listDevices: { what: "cannot list devices", scope: "devices.get", lookAt: "applicationId" },
  listFlows: { what: "cannot list edge workflows", scope: "flows.get", lookAt: "applicationId" },
  getFlow: { what: "cannot read an edge workflow", scope: "flow.get", lookAt: "flowId, applicationId" },
  listFlowVersions: {
    what: "cannot list the versions of an edge workflow",
    scope: "flowVersions.get",
    lookAt: "flowId, applicationId",
  },
  getFlowVersion: {
    what: "cannot read a version of an edge workflow",
    scope: "flowVersion.get",
    lookAt: "version, flowId, applicationId",
  },
  listApplicationTokens: {
    what: "cannot list the API tokens of an application",
    scope: "applicationApiTokens.get",
    lookAt: "applicationId",
  },
  listOrganizations: {
    what: "cannot list the organizations of the token's user",
    // No application token can be given it: only tokens of users have organizations.
    scope: "orgs.get",
    lookAt: "the user",
  },
  listVersionErrors: {
    what: "cannot read the runtime errors of a version of an edge workflow",
    scope: "flowVersion.errors",
    lookAt: "version, flowId, applicationId",
  },
  countVersionRuns: {
    what: "cannot read how often a version of an edge workflow has run",
    scope: "flowVersion.stats",
    lookAt: "version, flowId, applicationId",
  },
} as const satisfies Record<string, Operation>;
