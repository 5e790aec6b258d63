/** What the host of dynamic providers does with what goes into a verb and what comes out of it. */
import type { ResourceProps } from "../../provider/verbs.js";

export const PROVIDER = "the serialised stub";

export type Answer<T> = { readonly value: T } | { readonly error: Error };

export async function settle<T>(verb: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await verb };
  } catch (error) {
    if (error instanceof Error) return { error };
    throw error;
  }
}

export interface Partly {
  readonly id: string;
  readonly outs: ResourceProps;
  readonly reasons: readonly string[];
}

/** The shape by which the host tells a resource that exists from one that does not. */
export function partly(error: Error): Partly | undefined {
  const { id, properties, reasons } = error as { id?: string; properties?: ResourceProps; reasons?: readonly string[] };
  return id === undefined ? undefined : { id, outs: properties ?? {}, reasons: reasons ?? [] };
}

/** The host adds this to what a verb returns, never to what it throws. */
export function withProvider(props: ResourceProps): ResourceProps {
  return { ...wire(props), __provider: PROVIDER };
}

/** Properties travel as protobuf structs: plain data, where `undefined` is an error. */
export function wire(props: ResourceProps): ResourceProps {
  assertPlain(props, "");
  return JSON.parse(JSON.stringify(props)) as ResourceProps;
}

function assertPlain(value: unknown, path: string): void {
  if (value === undefined || typeof value === "function") throw new Error(`Unexpected struct type at ${path}`);
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) assertPlain(inner, `${path}.${key}`);
}
