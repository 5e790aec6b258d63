/** The official client has no types: the part of it that the contract tests use. */
declare module "losant-rest" {
  type Parameters = Readonly<Record<string, unknown>>;
  type Answer = { readonly items: readonly Answer[] } & Readonly<Record<string, unknown>>;
  type Action = (parameters: Parameters) => Promise<Answer>;

  export function createClient(options: { readonly accessToken: string; readonly url: string }): {
    readonly application: { readonly get: Action };
    readonly edgeDeployments: Readonly<Record<"get" | "release" | "remove" | "replace", Action>>;
    readonly devices: { readonly get: Action };
    readonly device: { readonly get: Action };
    readonly flows: { readonly get: Action };
    readonly flow: { readonly get: Action };
    readonly flowVersions: { readonly get: Action };
    readonly flowVersion: { readonly get: Action };
    readonly applicationApiTokens: { readonly get: Action };
    readonly orgs: { readonly get: Action };
  };
}
