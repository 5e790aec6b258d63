/** Answers in the messages of Pulumi's protocol: when they are sent, and how failures and differences look there. */
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import type { CheckFailure } from "../resource/input-failures.js";
import { visibleLines } from "../text/visible-text.js";
import type { Kind } from "./difference.js";
import type { Engine } from "./engine.js";
import { failed } from "./failure.js";
import { messages } from "./protocol.js";
import type { pb } from "./protocol.js";
import type { DiffAnswer } from "./resource.js";

/** @returns what makes a method of the service of a function: all messages reach the engine before the method ends, and it fails with a sentence */
export function answersOf(engine: Pick<Engine, "flush">) {
  return <Request, Response>(answer: (request: Request) => Promise<Response>) =>
    (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      answer(call.request)
        .then(
          async (response) => {
            await engine.flush();
            callback(null, response);
          },
          async (error: unknown) => {
            await engine.flush();
            callback(isFailed(error) ? error : failed(error));
          },
        )
        .catch((error: unknown) => callback(failed(error)));
    };
}

function isFailed(error: unknown): error is ReturnType<typeof failed> {
  return !(error instanceof Error) && typeof error === "object" && error !== null && "details" in error;
}

export function failureMessage({ property, reason }: CheckFailure): pb.CheckFailure {
  return new messages.CheckFailure().setProperty(property).setReason(visibleLines(reason));
}

export function diffMessage({ changes, replaces, difference }: DiffAnswer): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...difference.names])
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  for (const [path, kind] of difference.paths) {
    response.getDetaileddiffMap().set(path, propertyDiff(kind, replaces.includes(path)));
  }
  return response;
}

function propertyDiff(kind: Kind, replaces: boolean): pb.PropertyDiff {
  const { Kind: kinds } = messages.PropertyDiff;
  const plain = { add: kinds.ADD, delete: kinds.DELETE, update: kinds.UPDATE }[kind];
  const replacing = { add: kinds.ADD_REPLACE, delete: kinds.DELETE_REPLACE, update: kinds.UPDATE_REPLACE }[kind];
  return new messages.PropertyDiff().setKind(replaces ? replacing : plain).setInputdiff(true);
}
