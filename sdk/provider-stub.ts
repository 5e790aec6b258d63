import type * as pulumi from "@pulumi/pulumi";

/**
 * The only code that Pulumi serialises into the state. Each verb is one literal `require` and captures nothing, so its
 * text never changes and old stacks run the code of the installed package. A test pins the text: if it has to change,
 * every stack shows it, so change it only for a reason worth that.
 *
 * The functions are made from text, because a bundler rewrites each `require` that it sees, and Pulumi would serialise
 * what the bundler puts there: a minified name, or the whole provider with paths of the machine.
 */
export const providerStub: pulumi.dynamic.ResourceProvider = {
  configure: verb("configure", "request"),
  check: verb("check", "olds, news"),
  diff: verb("diff", "id, olds, news"),
  create: verb("create", "inputs"),
  read: verb("read", "id, props"),
  update: verb("update", "id, olds, news"),
  delete: verb("delete", "id, props"),
};

type Verbs = Required<pulumi.dynamic.ResourceProvider>;

/** An arrow function; it runs in the plugin process alone, where `require` is known. */
function verb<Name extends keyof Verbs>(name: Name, parameters: string): Verbs[Name] {
  const text = `async (${parameters}) => require("pulumi-losant/provider").${name}(${parameters})`;
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- see above; the text is a constant of this file
  return new Function(`return ${text};`)() as Verbs[Name];
}
