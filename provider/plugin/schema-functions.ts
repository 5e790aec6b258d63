/** The functions of the package schema. Pure. */
import {
  flagProperty,
  listProperty,
  refProperty,
  objectType,
  textProperty,
  wholeProperty,
} from "./schema-properties.js";
import type { ObjectType } from "./schema-properties.js";
import { TYPES } from "./schema-types.js";

export interface FunctionSchema {
  readonly description: string;
  readonly inputs: ObjectType;
  readonly outputs: ObjectType;
}

const APPLICATION = textProperty(
  "The id of the application. Default: the configuration `losant:applicationId`, then the environment variable LOSANT_APPLICATION_ID.",
);

const info = TYPES["losant:index:EdgeDeploymentInfo"];

export const FUNCTION_SCHEMAS: Readonly<Record<string, FunctionSchema>> = {
  "losant:index:getDevices": {
    description:
      "Finds devices by tag, name or id. Each argument narrows the answer further. What matches no device is an error that says what comes close.",
    inputs: objectType("What is looked for.", {
      applicationId: APPLICATION,
      tags: listProperty(
        refProperty("DeviceTag", "A tag."),
        "ANY of them selects a device; within one, key AND value have to match.",
      ),
      name: textProperty("The name, with `*` for anything: `line-*`. Upper and lower case differ."),
      ids: listProperty("string", "The ids of devices."),
      deviceClass: textProperty(
        "Only devices of this class; `any` for all. Default: `edgeCompute`, as only these run edge workflows.",
      ),
    }),
    outputs: objectType(
      "The devices found, sorted by id.",
      {
        applicationId: textProperty("The id of the application."),
        ids: listProperty("string", "What `deviceIds` of an EdgeDeployment takes."),
        devices: listProperty(refProperty("Device", "A device."), "The devices."),
      },
      ["applicationId", "ids", "devices"],
    ),
  },

  "losant:index:getEdgeWorkflow": {
    description:
      "Finds an edge workflow, and its versions, by exactly one of its name and its id. A name or a version that does not exist is an error that says what comes close.",
    inputs: objectType("Which workflow.", {
      applicationId: APPLICATION,
      name: textProperty("The whole name, upper and lower case as in Losant."),
      id: textProperty("The id of the workflow."),
      version: textProperty("A version that has to exist; the call fails otherwise."),
    }),
    outputs: objectType(
      "The workflow.",
      {
        applicationId: textProperty("The id of the application."),
        id: textProperty("What `flowId` of an EdgeDeployment takes."),
        name: textProperty("The name of the workflow."),
        version: textProperty("The version that was asked for."),
        versions: listProperty(
          refProperty("EdgeWorkflowVersion", "A version."),
          "Newest first. `develop`, the working copy, is not among them.",
        ),
      },
      ["applicationId", "id", "name", "versions"],
    ),
  },

  "losant:index:getEdgeDeployments": {
    description:
      "Lists which workflows run on which devices, as Losant shows it now. Each filter narrows the answer further.",
    inputs: objectType("What is listed.", {
      applicationId: APPLICATION,
      deviceId: textProperty("Only of this device."),
      flowId: textProperty("Only of this workflow."),
      version: textProperty("Matches the current OR the desired version of a deployment."),
      filterEmpty: flagProperty("Leaves out deployments that were removed. Default: false."),
      sortField: textProperty(
        "`id` (the default), `deviceId`, `flowId`, `desiredVersion`, `currentVersion`, `creationDate` or `lastUpdated`.",
      ),
      sortDirection: textProperty("`asc` (the default) or `desc`."),
      page: wholeProperty("Only this page, from 0. Default: every page, unless perPage is given."),
      perPage: wholeProperty(
        "How many are on a page; Losant may give fewer. Default: every page, unless page is given.",
      ),
    }),
    outputs: objectType(
      "The deployments.",
      {
        applicationId: textProperty("The id of the application."),
        deployments: listProperty(
          refProperty("EdgeDeploymentInfo", "A deployment."),
          "The deployments, in the order asked for.",
        ),
        totalCount: wholeProperty("How many match in all; more than `deployments` holds where a page was asked for."),
      },
      ["applicationId", "deployments", "totalCount"],
    ),
  },

  "losant:index:getEdgeDeployment": {
    description: "Reads one deployment by its own id, as `getEdgeDeployments` shows it.",
    inputs: objectType(
      "Which deployment.",
      { applicationId: APPLICATION, id: textProperty("The id of the deployment.") },
      ["id"],
    ),
    outputs: objectType("The deployment.", info?.properties ?? {}, info?.required),
  },
};
