/**
 * The package schema: what every language's SDK is made from, and its reference. It is a part of the bundle, because the
 * plugin is one file. Pure.
 *
 * A test holds the inputs to `resource/inputs.ts`.
 */
import { packageVersion } from "../losant/version.js";
import { EDGE_DEPLOYMENT_TYPE, NATIVE_EDGE_DEPLOYMENT_TYPE } from "../type-token.js";
import { FUNCTION_SCHEMAS } from "./schema-functions.js";
import {
  flagProperty,
  listProperty,
  numberProperty,
  refProperty,
  textProperty,
  wholeProperty,
} from "./schema-properties.js";
import type { Property } from "./schema-properties.js";
import { TYPES } from "./schema-types.js";

const CONFIG: Readonly<Record<string, Property>> = {
  apiToken: {
    ...textProperty("The API token of Losant. Default: the environment variable LOSANT_API_TOKEN."),
    secret: true,
  },
  apiTokens: {
    type: "object",
    additionalProperties: { type: "string" },
    description: "One token an application: the id of the application -> its token.",
    secret: true,
  },
  applicationId: textProperty(
    "The application of resources that name none. Default: the environment variable LOSANT_APPLICATION_ID.",
  ),
  apiUrl: textProperty(
    "The address of a private installation; https, unless it is this machine. Default: the environment variable LOSANT_API_URL, then `https://api.losant.com`.",
  ),
  replace: textProperty(
    "`exact` (the default) may use Losant's call that moves every device of a version, where that is exactly what is wanted. `never`: only calls that name their devices.",
  ),
  verifySeconds: numberProperty(
    "How long Losant may take to show what it accepted, from 0 to 3600 seconds. Default: 30.",
  ),
  retrySeconds: numberProperty(
    "How long a resource tries again while Losant cannot be reached or limits calls, from 30 to 3600 seconds. Default: 120.",
  ),
  forgetMissingApplication: flagProperty(
    "For teardown: a delete forgets a resource whose application does not exist any more. Default: false.",
  ),
  preflight: flagProperty("Does a preview say what will move, and warn? Default: true."),
  refreshBeforeUpdate: flagProperty(
    "Is each resource read before it is compared, so that drift shows in a plain `pulumi preview`? Default: true. The state remembers it of the last `up` or `refresh`.",
  ),
};

const IDENTITY: Readonly<Record<string, Property>> = {
  applicationId: {
    ...textProperty(
      "The id of the Losant application, 24 hexadecimal characters. A change replaces the resource. Default: the configuration `losant:applicationId`, then the environment variable LOSANT_APPLICATION_ID.",
    ),
    willReplaceOnChanges: true,
  },
  flowId: {
    ...textProperty(
      'The id of the edge workflow ("flow"), 24 hexadecimal characters; `getEdgeWorkflow` finds it by name. A change replaces the resource.',
    ),
    willReplaceOnChanges: true,
  },
};

const SETTINGS: Readonly<Record<string, Property>> = {
  exclusive: flagProperty(
    "True: this resource owns the whole workflow. Any other device that carries it is drift, and `up` removes the workflow from it. Default: false.",
  ),
  adopt: flagProperty(
    "What happens to a device that joins and already has ANOTHER version of the workflow. False (the default): it is refused, with who put it there. True: it is taken over.",
  ),
  maxDevices: wholeProperty(
    "The largest number of devices, 1 or more: the preview fails if the resource targets more. It protects from a tag that matches too much. Default: no limit.",
  ),
  rollout: refProperty(
    "Rollout",
    "Releases a version in batches, and waits for the devices of a batch before the next one. Default: all devices at once, without waiting for them.",
  ),
};

const INPUTS: Readonly<Record<string, Property>> = {
  ...IDENTITY,
  version: textProperty(
    "The version of the workflow that the devices run, 1 to 255 characters. A version that does not exist fails the preview. A change moves the devices. Required, unless `absent` is true.",
  ),
  absent: flagProperty("True, without a version: the workflow must not run on these devices. Default: false."),
  deviceIds: listProperty(
    "string",
    "The ids of the edge compute devices, as a set: order and repeats do not matter. `deviceIds` and `deviceTags` together have to give at least one device.",
  ),
  deviceTags: listProperty(
    refProperty("DeviceTag", "A tag."),
    "Edge compute devices by tag, in addition to `deviceIds`. ANY of the tags selects a device; within one tag, key AND value have to match. They are looked up at every run, so a preview shows who joins and who leaves. A tag that matches no device is an error.",
  ),
  ...SETTINGS,
};

const OUTPUTS: Readonly<Record<string, Property>> = {
  ...IDENTITY,
  version: textProperty("The version of the workflow. Left out where the workflow must not run on the devices."),
  deviceIds: listProperty(
    "string",
    "The devices, sorted, without repeats; those that `deviceTags` found are among them.",
  ),
  ...SETTINGS,
  status: textProperty(
    "`deployed`: every device runs the version. `pending`: some devices have not reported it yet (`pendingDeviceIds`). `failed`: a device could not run it (`failures`). `drifted`: a device was moved outside of this program (`drift`). `unknown`: `up` made calls and could not read the result from Losant; the next `up` reads it.",
  ),
  deviceCount: wholeProperty("How many devices are declared, those of `deviceTags` included."),
  pendingDeviceIds: listProperty(
    "string",
    "Devices that have not reported the version yet, for example because they are offline.",
  ),
  failures: listProperty(
    refProperty("DeviceFailure", "A device."),
    "Devices that could not run the version, with Losant's own error: the first 1,000.",
  ),
  drift: listProperty(
    refProperty("Drift", "A device."),
    "Devices that were moved outside of this program, with who and when, as of the last refresh: the first 1,000.",
  ),
};

const ALWAYS = [
  "applicationId",
  "flowId",
  "deviceIds",
  "status",
  "deviceCount",
  "pendingDeviceIds",
  "failures",
  "drift",
];

export const PACKAGE_SCHEMA = {
  name: "losant",
  displayName: "Losant",
  version: packageVersion,
  description: "Losant edge deployments as code: which version of an edge workflow runs on which devices.",
  keywords: ["pulumi", "losant", "category/infrastructure", "kind/native"],
  license: "Apache-2.0",
  publisher: "pulumi-losant",
  // A generated SDK is a package of its own; in Go it has a go.mod.
  meta: { supportPack: true },
  config: { variables: CONFIG },
  provider: {
    description:
      "The connection to Losant. A stack's configuration (`losant:apiToken`) serves resources that name no provider; a provider of its own gives resources another token or another address.",
    inputProperties: CONFIG,
    properties: Object.fromEntries(Object.entries(CONFIG).filter(([name]) => name !== "apiTokens")),
  },
  types: TYPES,
  resources: {
    [NATIVE_EDGE_DEPLOYMENT_TYPE]: {
      description:
        "Declares which version of an edge workflow runs on which devices. `preview` shows which devices would move, and which were moved by hand. `up` moves exactly those devices, with the fewest API calls, and no other device. Destroying the resource removes the workflow from its devices.",
      inputProperties: INPUTS,
      requiredInputs: ["flowId"],
      properties: OUTPUTS,
      required: ALWAYS,
      aliases: [{ type: EDGE_DEPLOYMENT_TYPE }],
    },
  },
  functions: FUNCTION_SCHEMAS,
  language: {
    nodejs: { packageName: "pulumi-losant-sdk", respectSchemaVersion: true },
    python: { packageName: "pulumi_losant", respectSchemaVersion: true, pyproject: { enabled: true } },
    go: { importBasePath: "github.com/pulumi-losant/sdk/go/losant", respectSchemaVersion: true },
    csharp: { rootNamespace: "PulumiLosant", respectSchemaVersion: true },
    java: { basePackage: "io.losant.pulumi" },
  },
} as const;

export function schemaText(): string {
  return JSON.stringify(PACKAGE_SCHEMA);
}
