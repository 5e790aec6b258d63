/** How a verb fails: with one sentence in the details of gRPC, which is what people read. */
import { InitError } from "../apply/apply-resource.js";
import { Any, GrpcStatus, grpc, messages } from "./protocol.js";
import { visibleLines } from "../text/visible-text.js";
import { sent } from "./wire.js";

export interface Failed {
  readonly code: number;
  readonly details: string;
  readonly metadata?: InstanceType<typeof grpc.Metadata>;
}

export interface FailedOptions {
  /** Names of the outputs that are secret. */
  readonly secret?: ReadonlySet<string>;
  readonly refreshBeforeUpdate?: boolean;
}

/** The resource exists and is not as declared: Pulumi keeps it with its properties, and shows the reasons. */
function partial(error: InitError, { secret, refreshBeforeUpdate = false }: FailedOptions): Failed {
  const failure = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(sent({ ...error.properties, __provider: undefined }, secret))
    .setReasonsList(error.reasons.map(visibleLines))
    .setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new GrpcStatus()
    .setCode(grpc.status.FAILED_PRECONDITION)
    .setMessage(visibleLines(error.message))
    .setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.FAILED_PRECONDITION, details: visibleLines(error.message), metadata };
}

/**
 * FAILED_PRECONDITION and not UNKNOWN: Pulumi takes a resource for damaged after that. What a verb may have changed comes
 * as an {@link InitError}, so after any other error Losant is as it was.
 */
export function failed(error: unknown, options: FailedOptions = {}): Failed {
  if (error instanceof InitError) return partial(error, options);
  const sentence = error instanceof Error ? error.message : String(error);
  const stack = process.env["PULUMI_LOSANT_DEBUG"] && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  return { code: grpc.status.FAILED_PRECONDITION, details: `${visibleLines(sentence)}${stack}` };
}
