/**
 * The words of the Losant API that this project uses, as plain values. Nothing here knows HTTP, got, zod or Pulumi.
 * Field meanings: Losant's published JSON schemas (edgeDeployment, devices, flows, flowVersions) and the edge
 * deployment documentation.
 */

/** 24 hexadecimal digits, e.g. `575ecf887ae143cd83dc4aa2`. */
export type LosantId = string;

/** The name of a version of an edge workflow, 1..255 characters; `null` means "not deployed". */
export type Version = string | null;

/** Who did something in Losant, as its deployment logs record it. Losant may add others, which pass as they are. */
export type SourceType = "flow" | "user" | "device" | "apiToken" | "notebook" | (string & Record<never, never>);

/** One entry of a deployment's history: either a schedule (`desired`) or a report of the device (`current`). */
export interface DeploymentLog {
  readonly sourceType?: SourceType;
  readonly sourceId?: LosantId;
  /** ISO 8601. */
  readonly date?: string;
  readonly changeType?: "current" | "desired";
  readonly newValue?: Version;
  readonly previousValue?: Version;
  /** What the device tried to run; set on failures, together with `error`. */
  readonly attemptedValue?: Version;
  readonly error?: string;
}

/** Losant's record for one (flow, device). Old private installs leave out names, connection info and etags. */
export interface EdgeDeploymentRow {
  readonly id: LosantId;
  readonly deviceId: LosantId;
  readonly flowId: LosantId;
  readonly deviceName?: string;
  readonly flowName?: string;
  readonly flowClass?: string;
  readonly fileName?: string | null;
  readonly creationDate?: string;
  readonly lastUpdated?: string;
  /** What the device last reported. */
  readonly currentVersion: Version;
  /** What the device should run. */
  readonly desiredVersion: Version;
  readonly currentEtag?: string | null;
  readonly desiredEtag?: string | null;
  readonly connected?: boolean;
  /** When the device last connected or disconnected, ISO 8601. */
  readonly connectionTime?: string;
  readonly logs: readonly DeploymentLog[];
}

/** Columns a deployment listing can be sorted by. The API's default, `lastUpdated`, moves rows between pages. */
export type DeploymentSortField =
  "id" | "deviceId" | "flowId" | "desiredVersion" | "currentVersion" | "creationDate" | "lastUpdated";

/** All eight query parameters of `GET /applications/A/edge/deployments`. */
export interface DeploymentQuery {
  readonly sortField?: DeploymentSortField;
  readonly sortDirection?: "asc" | "desc";
  /** Which page, from 0. */
  readonly page?: number;
  readonly perPage?: number;
  readonly deviceId?: LosantId;
  readonly flowId?: LosantId;
  /** Matches the current OR the desired version. */
  readonly version?: string;
  /** Leaves out rows whose current and desired versions are both null. */
  readonly filterEmpty?: boolean;
}

/** Which deployments are meant, on whatever page. */
export type DeploymentFilter = Pick<DeploymentQuery, "deviceId" | "flowId" | "version" | "filterEmpty">;

export interface Page<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
  /** The most rows a page has, whatever was asked for. */
  readonly perPage?: number;
}

/**
 * A release always names its devices: what Losant does with none, or how it combines several tags, is not documented,
 * so neither can be said here. At most 1000 ids a call (the published schema).
 */
export interface ReleaseRequest {
  readonly flowId: LosantId;
  /** `null` schedules the removal from these devices. */
  readonly version: Version;
  readonly deviceIds: readonly [LosantId, ...LosantId[]];
}

/** Moves EVERY device of the application that is on `oldVersion` of this flow. */
export interface ReplaceRequest {
  readonly flowId: LosantId;
  readonly oldVersion: string;
  readonly newVersion: Version;
}

/**
 * The three documented forms of remove. The API takes `{flowId, deviceId}` with null as a wildcard, and its schema lets
 * both be null; here a wildcard has to be said in words, and "remove everything" cannot be said at all.
 */
export type RemoveRequest =
  | { readonly flowId: LosantId; readonly deviceId: LosantId; readonly every?: never }
  | { readonly flowId: LosantId; readonly every: "device"; readonly deviceId?: never }
  | { readonly deviceId: LosantId; readonly every: "flow"; readonly flowId?: never };

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface Device {
  readonly id: LosantId;
  readonly name?: string;
  /** `edgeCompute` for the devices that can run edge workflows. */
  readonly deviceClass?: string;
  readonly tags: readonly Tag[];
  readonly connected?: boolean;
  /** Version of the Gateway Edge Agent, e.g. `1.39.0`. */
  readonly edgeAgentVersion?: string;
}

/** A condition in Losant's advanced device query language (`advancedDeviceQuery.json`). */
export type DeviceQuery = { readonly [key: string]: unknown };

export interface Flow {
  readonly id: LosantId;
  readonly name: string;
  readonly flowClass?: string;
  readonly minimumAgentVersion?: string | null;
}

export interface FlowVersion {
  readonly id: LosantId;
  readonly version: string;
  readonly flowId?: LosantId;
  readonly creationDate?: string;
  readonly minimumAgentVersion?: string | null;
}

/** An API token of an application, without the token itself. */
export interface ApplicationToken {
  readonly id: LosantId;
  readonly name?: string;
  /** `user`, `apiToken` or `flow`. */
  readonly creatorType?: string;
  readonly creatorId?: LosantId;
  readonly creatorName?: string;
}

/** A member of an organization. */
export interface Member {
  readonly userId: LosantId;
  /** First and last name, else the address. */
  readonly name?: string;
}

/** One error in a run of a workflow, as the device reported it. */
export interface RuntimeError {
  readonly deviceId: LosantId;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly nodeId?: string;
  readonly nodeLabel?: string;
  readonly name?: string;
  readonly message?: string;
}

export interface VersionErrors {
  /** The newest first. */
  readonly errors: readonly RuntimeError[];
  /** False where there are more errors than are read. */
  readonly isComplete: boolean;
  /** When it was read, by Losant's clock, in milliseconds. */
  readonly end?: number;
}

/** Runs of a version in one stretch of time. */
export interface RunsStretch {
  /** Its begin or its end, in milliseconds since 1970: Losant does not say which. */
  readonly at: number;
  readonly runs: number;
  /** A run has one path or several: at most so many runs failed. */
  readonly failedPaths: number;
}

export interface RunsAsked {
  /** Milliseconds since 1970, by Losant's clock. */
  readonly since: number;
  /** @default all devices together */
  readonly deviceId?: LosantId;
  /** How long a stretch is to be, in milliseconds. */
  readonly resolutionMs: number;
}

export interface VersionRuns {
  readonly stretches: readonly RunsStretch[];
  /** How long a stretch is, in milliseconds. */
  readonly resolutionMs: number;
  /** Since when it was counted, in milliseconds. */
  readonly start?: number;
  /** When it was read, by Losant's clock, in milliseconds. */
  readonly end?: number;
}

/**
 * What the rest of the project may ask of Losant. Every method rejects with one of our own errors (`errors.ts`), never
 * with the HTTP library's: those carry the token. Reads are retried inside. A write is sent exactly once a call, whatever
 * comes of it: before it is sent again the caller looks at what is live and plans anew. The error tells whether that is
 * worth it (`isRetryable`), whether the write may have been taken (`isOutcomeUnknown`), and how long Losant asks to wait
 * first (`retryAfterMs`).
 */
export interface LosantClient {
  /**
   * The same client, whose calls end when the signal is aborted: those under way with an error, later ones with the reason
   * of the signal. A write that ends so may have been taken.
   */
  until(signal: AbortSignal): LosantClient;
  /** One page, exactly as asked. */
  listDeployments(applicationId: LosantId, query: DeploymentQuery): Promise<Page<EdgeDeploymentRow>>;
  /**
   * Every page, sorted by id so that no row gets lost between pages; the pages after the first in parallel.
   *
   * @param withinMs - time for the whole listing. @default `totalTimeoutMs`, and one second more a page
   */
  listAllDeployments(
    applicationId: LosantId,
    filter: DeploymentFilter,
    withinMs?: number,
  ): Promise<readonly EdgeDeploymentRow[]>;
  /**
   * The same, and of each row only what `toItem` makes of it is kept: a row with its logs takes two kilobytes, and a
   * large fleet has 100,000 of them.
   */
  mapDeployments<T>(
    applicationId: LosantId,
    filter: DeploymentFilter,
    toItem: (row: EdgeDeploymentRow) => T,
    withinMs?: number,
  ): Promise<readonly T[]>;
  /** The same as `listAllDeployments`, if there are at most `maxRows`; `undefined` after the first page where there are more. */
  listDeploymentsUpTo(
    applicationId: LosantId,
    filter: DeploymentFilter,
    maxRows: number,
    withinMs?: number,
  ): Promise<readonly EdgeDeploymentRow[] | undefined>;
  /** Needs a scope that custom application tokens cannot be given; list with `deviceId` and `flowId` instead. */
  getDeployment(applicationId: LosantId, deploymentId: LosantId): Promise<EdgeDeploymentRow>;
  release(applicationId: LosantId, request: ReleaseRequest): Promise<void>;
  replace(applicationId: LosantId, request: ReplaceRequest): Promise<void>;
  remove(applicationId: LosantId, request: RemoveRequest): Promise<void>;
  /** Every device that matches the query (all pages, sorted by id). */
  listDevices(applicationId: LosantId, query: DeviceQuery): Promise<readonly Device[]>;
  /** Every workflow of the class `edge` (all pages); `filter` is a glob on the name. */
  listEdgeFlows(applicationId: LosantId, filter?: string): Promise<readonly Flow[]>;
  getFlow(applicationId: LosantId, flowId: LosantId): Promise<Flow>;
  /** Every version of a workflow (all pages). `develop` is not listed by Losant. */
  listFlowVersions(applicationId: LosantId, flowId: LosantId): Promise<readonly FlowVersion[]>;
  /** One version by its name; rejects with not-found where it does not exist. */
  getFlowVersion(applicationId: LosantId, flowId: LosantId, version: string): Promise<FlowVersion>;
  /**
   * The runtime errors of a version on all devices since then, as long as there are not too many. One call where there are
   * none.
   *
   * @param since - milliseconds since 1970
   */
  listVersionErrors(applicationId: LosantId, flowId: LosantId, version: string, since: number): Promise<VersionErrors>;
  /** How often a version has run since then, and how many paths failed: on one device, or on all of them together. */
  countVersionRuns(applicationId: LosantId, flowId: LosantId, version: string, asked: RunsAsked): Promise<VersionRuns>;
  /** The first page of an application's API tokens: one call, whatever there is. */
  listApplicationTokens(applicationId: LosantId, withinMs?: number): Promise<readonly ApplicationToken[]>;
  /** Who is in the organizations of the token's user, from the first page of them: one call. */
  listMembers(withinMs?: number): Promise<readonly Member[]>;
}

/** What happened on the wire, for logs and for counting: never a header, never a body. */
export interface ApiCall {
  readonly method: "GET" | "POST";
  /** Path and query, without the host. */
  readonly path: string;
  readonly status: number | undefined;
  readonly attempt: number;
}

/** How long a client waits for Losant. */
export type Patience = Pick<ClientOptions, "timeoutMs" | "totalTimeoutMs">;

export interface ClientOptions {
  /** @default "https://api.losant.com" */
  readonly apiUrl?: string;
  readonly apiToken: string;
  /** Time for one attempt, in milliseconds; half of it for connecting. @default 30000 */
  readonly timeoutMs?: number;
  /** Time for one call, a read with all its retries, in milliseconds. A listing has one second more a page. @default 120000 */
  readonly totalTimeoutMs?: number;
  /** First retry delay in milliseconds; doubles, with jitter, up to 16 times this. @default 500 */
  readonly retryDelayMs?: number;
  /** Attempts of one read. @default as many as its time allows */
  readonly maxAttempts?: number;
  /** Largest answer that is read, in bytes after decompression. @default 67108864 */
  readonly maxAnswerBytes?: number;
  /** Rows asked for on a page; the API caps it as it likes. @default 1000 */
  readonly perPage?: number;
  readonly onCall?: (call: ApiCall) => void;
}
