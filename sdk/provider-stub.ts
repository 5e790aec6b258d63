import type * as pulumi from "@pulumi/pulumi";

/**
 * The only code that Pulumi serialises into the state. Each verb is one literal `require` and captures nothing, so its
 * text never changes and old stacks run the code of the installed package. A test pins the text: if it has to change,
 * every stack shows it, so change it only for a reason worth that.
 */
export const providerStub: pulumi.dynamic.ResourceProvider = {
  configure: async (request) => require("pulumi-losant/provider").configure(request),
  check: async (olds, news) => require("pulumi-losant/provider").check(olds, news),
  diff: async (id, olds, news) => require("pulumi-losant/provider").diff(id, olds, news),
  create: async (inputs) => require("pulumi-losant/provider").create(inputs),
  read: async (id, props) => require("pulumi-losant/provider").read(id, props),
  update: async (id, olds, news) => require("pulumi-losant/provider").update(id, olds, news),
  delete: async (id, props) => require("pulumi-losant/provider").delete(id, props),
};
