/** The six verbs of a Pulumi provider, in plain values. */
import type { CheckFailure } from "./resource/input-failures.js";

/** Inputs or outputs of a resource, as Pulumi hands them over. */
export type ResourceProps = Readonly<Record<string, unknown>>;

/** Empty where the resource is gone. */
export interface ReadAnswer {
  readonly id?: string;
  readonly props?: ResourceProps;
  readonly inputs?: ResourceProps;
}

export interface Lifecycle {
  check(
    olds: ResourceProps,
    news: ResourceProps,
  ): Promise<{ inputs: Record<string, unknown>; failures: CheckFailure[] }>;
  diff(id: string, olds: ResourceProps, news: ResourceProps): Promise<{ changes: boolean; replaces: string[] }>;
  create(inputs: ResourceProps): Promise<{ id: string; outs: ResourceProps }>;
  read(id: string, props: ResourceProps): Promise<ReadAnswer>;
  update(id: string, olds: ResourceProps, news: ResourceProps): Promise<{ outs: ResourceProps }>;
  delete(id: string, props: ResourceProps): Promise<void>;
}
