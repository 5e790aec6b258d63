// A policy pack: the ready rules of pulumi-losant, and one of the plant's own.
//   npm install @pulumi/policy
//   pulumi preview --policy-pack ../policy
const { PolicyPack, validateResourceOfType } = require("@pulumi/policy");
const { EdgeDeployment } = require("pulumi-losant");
const { losantPolicies } = require("pulumi-losant/policy");

new PolicyPack("plant", {
  enforcementLevel: "mandatory",
  policies: [
    // Production is what is called graz or linz here, and a resource has 40 devices at most.
    ...losantPolicies({ production: ["graz", "linz"], maxDevices: 40 }),
    {
      name: "released-versions-only",
      description: "A version has the form v1.2.3.",
      validateResource: validateResourceOfType(EdgeDeployment, (deployment, _args, reportViolation) => {
        if (deployment.version !== null && !/^v\d+\.\d+\.\d+$/.test(deployment.version)) {
          reportViolation(`Version "${deployment.version}" does not have the form v1.2.3.`);
        }
      }),
    },
  ],
});
