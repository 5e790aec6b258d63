/** The object types of the package schema: what inputs and outputs are made of. Pure. */
import {
  countOrPercentage,
  flagProperty,
  listProperty,
  numberProperty,
  refProperty,
  objectType,
  textProperty,
  wholeProperty,
} from "./schema-properties.js";
import type { ObjectType } from "./schema-properties.js";

const VERSION_OR_NOTHING = "Left out where the workflow is not deployed.";

export const TYPES: Readonly<Record<string, ObjectType>> = {
  "losant:index:DeviceTag": objectType(
    "Selects the devices that carry a tag. Key and value both have to match; one of them left out stands for any.",
    {
      key: textProperty("1 to 255 letters, digits, `_` and `-`."),
      value: textProperty("The whole value, upper and lower case as in Losant."),
    },
  ),

  "losant:index:Rollout": objectType(
    "Releases a version in batches, and waits for the devices of a batch before the next one. Times are in seconds. The next `up` goes on where a rollout has stopped.",
    {
      batches: listProperty(
        countOrPercentage(),
        'The batches, cumulative and rising: `[1, "25%", "100%"]` is one device, then a quarter of them, then all. Default: one batch of all.',
      ),
      canary: refProperty(
        "RolloutCanary",
        "The devices that get the version first, as a batch of their own. Default: online devices, in the order of their ids.",
      ),
      timeoutSeconds: numberProperty("The time for one batch, from 1 to 86400. Default: 600."),
      pauseSeconds: numberProperty("The rest after each batch but the last, from 0 to 86400. Default: 0."),
      maxFailures: countOrPercentage(
        "How many devices may fail, a number or a percentage of all. Default: 0, so the first failure ends the rollout.",
      ),
      offline: textProperty(
        "What becomes of devices that are offline: `ignore` (they are released and not waited for; the default), `wait` or `fail`.",
      ),
      health: refProperty(
        "RolloutHealth",
        "What the devices of a batch have to show before the next one. Default: that they run the version.",
      ),
      onFailure: textProperty(
        "`stop` leaves everything where it is, so that the next `up` goes on from there (the default). `rollback` puts the devices of this update back to what they had.",
      ),
      windows: listProperty(
        refProperty("RolloutWindow", "A window."),
        "A batch begins only inside one of these. A rollback is never held back. Default: at any time.",
      ),
      outside: textProperty(
        "What `up` does outside of the windows: `stop` (it ends, and the next `up` inside a window goes on; the default) or `wait`.",
      ),
      group: textProperty(
        "Rollouts of one program with the same group go one after the other, so that two workflows do not restart a device at the same time. One that does not get to its end stops those of its group that have not begun. Default: it waits for no other rollout.",
      ),
    },
  ),

  "losant:index:RolloutWindow": objectType(
    "A time of the day in which a batch may begin.",
    {
      days: listProperty(
        "string",
        "The days on which it opens: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. One that goes past midnight ends on the day after. Default: every day.",
      ),
      from: textProperty("When it opens, `HH:MM` by the clocks of the time zone."),
      to: textProperty("When it closes, `HH:MM`, or `24:00`. Earlier than `from`: on the next day."),
      timeZone: textProperty("As the IANA database names it, for example `Europe/Vienna`."),
    },
    ["from", "to", "timeZone"],
  ),

  "losant:index:RolloutCanary": objectType("Some of the devices of the resource, by ids, by tags, or both.", {
    deviceIds: listProperty("string", "Their ids."),
    deviceTags: listProperty(refProperty("DeviceTag", "A tag."), "Tags of them. Each that matches is one."),
  }),

  "losant:index:RolloutHealth": objectType(
    "A device that runs the version, and throws or fails too often, has failed: it counts towards `maxFailures`. Give `errors`, `failedRuns`, or both.",
    {
      errors: refProperty("RolloutErrors", "Runtime errors of the version (token scope `flowVersion.errors`)."),
      settleSeconds: numberProperty(
        "How long a device has to run the version before it counts as healthy, from 0 to 86400. Default: 60.",
      ),
      failedRuns: textProperty(
        'The share of its runs that may fail on one device, for example `"2%"` (token scope `flowVersion.stats`).',
      ),
      baseline: flagProperty(
        "Allows what the version before did on the same device, besides: a workflow that always threw is told apart. Default: false.",
      ),
    },
  ),

  "losant:index:RolloutErrors": objectType(
    "How many runtime errors one device may have.",
    {
      max: wholeProperty("The errors that one device may have within the window. 0: the first error is a failure."),
      windowSeconds: numberProperty(
        "Errors count for so long, from 1 to 604800, and never those from before the device's release. Default: 3600.",
      ),
    },
    ["max"],
  ),

  "losant:index:DeviceFailure": objectType(
    "A device that could not run the version. Losant tries again when the device next connects.",
    {
      deviceId: textProperty("The id of the device."),
      attemptedVersion: textProperty("What the device tried to run."),
      error: textProperty("Losant's own error."),
      at: textProperty("When the device first reported it, ISO 8601."),
    },
    ["deviceId", "error"],
  ),

  "losant:index:Drift": objectType(
    "A device that was moved outside of this program.",
    {
      deviceId: textProperty("The id of the device."),
      expectedVersion: textProperty(`What the device should be at. ${VERSION_OR_NOTHING}`),
      desiredVersion: textProperty(`What Losant shows as its desired version. ${VERSION_OR_NOTHING}`),
      changedBy: textProperty("Who moved it, for example `user 5b0044f0a3a3b90006c0a5e1`."),
      changedAt: textProperty("When, ISO 8601."),
      unfinished: flagProperty("The last rollout stopped before this device had its turn: nobody has moved it since."),
    },
    ["deviceId"],
  ),

  "losant:index:Tag": objectType(
    "A tag of a device.",
    { key: textProperty("The key of the tag."), value: textProperty("The value of the tag.") },
    ["key", "value"],
  ),

  "losant:index:Device": objectType(
    "A device as Losant lists it.",
    {
      id: textProperty("The id of the device, for `deviceIds` of an EdgeDeployment."),
      name: textProperty("Its name."),
      deviceClass: textProperty("`edgeCompute` for the devices that can run edge workflows."),
      tags: listProperty(refProperty("Tag", "A tag."), "Its tags."),
      connected: flagProperty("Is it connected now?"),
      edgeAgentVersion: textProperty("The version of its Gateway Edge Agent, for example `1.39.0`."),
    },
    ["id", "tags"],
  ),

  "losant:index:EdgeWorkflowVersion": objectType(
    "A version of an edge workflow.",
    {
      id: textProperty("The id of the version."),
      version: textProperty("Its name, for `version` of an EdgeDeployment."),
      creationDate: textProperty("When it was made, ISO 8601."),
      minimumAgentVersion: textProperty("The oldest Gateway Edge Agent that can run it, for example `1.39.0`."),
    },
    ["id", "version"],
  ),

  "losant:index:DeploymentFailure": objectType(
    "Why the device could not run the version.",
    {
      attemptedVersion: textProperty("What the device tried to run."),
      error: textProperty("Losant's own error."),
      at: textProperty("When the device first reported it, ISO 8601."),
    },
    ["error"],
  ),

  "losant:index:DeploymentLog": objectType("One entry of a deployment's history.", {
    sourceType: textProperty("Who did it: `user`, `apiToken`, `device`, `flow`, `notebook`."),
    sourceId: textProperty("The id of that."),
    date: textProperty("When, ISO 8601."),
    changeType: textProperty("`desired`: a version was scheduled. `current`: the device reported one."),
    newValue: textProperty("The version since then."),
    previousValue: textProperty("The version before."),
    attemptedValue: textProperty("What the device tried to run, where it failed."),
    error: textProperty("Why it failed."),
  }),

  "losant:index:EdgeDeploymentInfo": objectType(
    "Losant's record of one workflow on one device, and what follows from it.",
    {
      applicationId: textProperty("The id of the application."),
      id: textProperty("The id of the record."),
      deviceId: textProperty("The id of the device."),
      flowId: textProperty("The id of the edge workflow."),
      deviceName: textProperty("The name of the device."),
      flowName: textProperty("The name of the workflow."),
      flowClass: textProperty("`edge`."),
      fileName: textProperty("The file of the workflow."),
      creationDate: textProperty("When the record was made, ISO 8601."),
      lastUpdated: textProperty("When it last changed, ISO 8601."),
      currentVersion: textProperty(`What the device last reported. ${VERSION_OR_NOTHING}`),
      desiredVersion: textProperty(`What the device should run. ${VERSION_OR_NOTHING}`),
      currentEtag: textProperty("Tells the content of the current version from others."),
      desiredEtag: textProperty("Tells the content of the desired version from others."),
      connected: flagProperty("Is the device connected now?"),
      connectionTime: textProperty("When the device last connected or disconnected, ISO 8601."),
      logs: listProperty(refProperty("DeploymentLog", "An entry."), "The history, as Losant lists it."),
      status: textProperty(
        "`deployed`: the device runs what Losant wants there. `pending`: not yet, or older content of that version. `failed`: the device could not run it. `removed`: nothing is wanted, nothing runs.",
      ),
      failure: refProperty(
        "DeploymentFailure",
        "Why the device could not run the version; there where `status` is `failed`.",
      ),
      changedBy: textProperty("Who set the desired version, for example `user 5b0044f0a3a3b90006c0a5e1`."),
      changedAt: textProperty("When, ISO 8601."),
    },
    ["applicationId", "id", "deviceId", "flowId", "logs", "status"],
  ),
};
