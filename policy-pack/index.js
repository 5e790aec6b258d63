// The ready policies as a pack: pulumi preview --policy-pack node_modules/pulumi-losant/policy-pack
// Options: --policy-pack-config FILE, by the name of a policy. docs/policies.md lists them.
const { PolicyPack } = require("@pulumi/policy");
const { losantPolicies } = require("pulumi-losant/policy");

new PolicyPack("pulumi-losant", { enforcementLevel: "mandatory", policies: losantPolicies() });
