/**
 * Which room may import which, types included. `npm run lint` holds it; CONTRIBUTING has the map.
 *
 * A room may import the rooms that stand before it in its list, and itself.
 */
const rooms = (top, names) =>
  names.slice(0, -1).map((name, index) => ({
    name: `${top}: ${name} is below ${names.slice(index + 1).join(", ")}`,
    severity: "error",
    from: { path: pathOf(top, name) },
    to: { path: names.slice(index + 1).map((higher) => pathOf(top, higher)) },
  }));

/** A folder, or a file of that name. */
const pathOf = (top, name) => `^${top}/${name}(/|\\.ts$)`;

const forbid = (name, from, to) => ({ name, severity: "error", from, to });

/** What only decides and words things: no network, no files, no clock of its own. */
const PURE = "^provider/(resource|decision|messages|preview)/";

module.exports = {
  forbidden: [
    forbid("no circles", {}, { circular: true }),
    ...rooms("provider", [
      "text",
      "words",
      "type-token",
      "losant",
      "resource",
      "decision",
      "messages",
      "ports",
      "apply",
      "lifecycle",
      "plugin",
    ]),
    ...rooms("provider", ["messages", "host", "plugin"]),
    ...rooms("provider", ["messages", "host", "dynamic"]),
    ...rooms("provider", ["messages", "lookup", "preview", "plugin"]),
    ...rooms("provider", ["messages", "lookup", "dynamic"]),
    forbid(
      "the two fronts do not know each other",
      { path: "^provider/(dynamic\\.ts$|plugin/)" },
      { path: "^provider/(dynamic\\.ts$|plugin/)", pathNot: "^provider/plugin/" },
    ),
    ...rooms("sdk", ["args", "program", "data", "preview", "declared-devices", "edge-deployment", "index"]),
    ...rooms("sdk", ["pipeline", "cli"]),
    ...rooms("sdk", ["status", "cli"]),
    forbid(
      "what runs where is plain values: no program, no pipeline, no calls",
      { path: "^sdk/status/" },
      { path: "^(sdk/(?!status/)|provider/(losant/(client|http|index)|host/|apply/))|node_modules/(@pulumi|got)/" },
    ),
    forbid(
      "what runs where does no I/O",
      { path: "^sdk/status/" },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|util)$" },
    ),
    forbid("the page is a program of its own", { pathNot: "^sdk/status/page/" }, { path: "^sdk/status/page/" }),
    ...rooms("sdk/pipeline", ["report", "engine", "gates", "run", "index"]),
    ...rooms("sdk/pipeline", ["report", "notify", "index"]),
    forbid(
      "what tells a webhook knows reports alone",
      { path: "^sdk/pipeline/notify/" },
      { path: "^sdk/pipeline/(engine|gates|run)/" },
    ),
    forbid(
      "what looks things up knows neither the lifecycle nor the engine",
      { path: "^provider/lookup/" },
      { path: "^provider/((host|apply)/|(ports|verbs|lifecycle)\\.ts$)" },
    ),
    forbid("the provider does not know the SDK", { path: "^provider/" }, { path: "^sdk/" }),
    forbid(
      "the provider knows of Pulumi only its engine's log",
      { path: "^provider/", pathNot: "^provider/(host/engine-log|plugin/protocol)\\.ts$" },
      { path: "node_modules/@pulumi/" },
    ),
    forbid(
      "the plugin knows of Pulumi only its protocol",
      { path: "^provider/plugin/" },
      { path: "node_modules/@pulumi/", pathNot: "node_modules/@pulumi/pulumi/proto/" },
    ),
    forbid(
      "what is pure does no I/O",
      { path: PURE },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|util)$" },
    ),
    forbid(
      "what is pure does not know the network",
      { path: PURE },
      { path: "node_modules/got/|^provider/losant/(client|http|index)" },
    ),
    forbid(
      "a policy pack loads neither Pulumi nor the SDK",
      { path: "^sdk/policy/" },
      { path: "^(provider/(?!(words|type-token)\\.ts$)|sdk/(?!policy/)|node_modules/@pulumi/)" },
    ),
    forbid(
      "the classes of the native plugin load no lifecycle: the plugin has it",
      { path: "^sdk/native/" },
      {
        path: "^(provider/(?!losant/version\\.ts$|type-token\\.ts$)|sdk/(?!native/|args\\.ts$|outputs\\.ts$|given-list\\.ts$))",
        dependencyTypesNot: ["type-only"],
      },
    ),
    forbid("the simulator stands alone", { path: "^sdk/simulator/" }, { path: "^(provider|sdk/(?!simulator/))" }),
    forbid(
      "only who tests the simulator imports it",
      { path: "^(provider|sdk/(?!simulator/|cli/local-losant/))" },
      { path: "^sdk/simulator/" },
    ),
    {
      ...forbid(
        "only the command simulator loads the simulator",
        { path: "^sdk/cli/(?!local-losant/)" },
        { path: "^sdk/cli/local-losant/" },
      ),
      to: { path: "^sdk/cli/local-losant/", dependencyTypesNot: ["dynamic-import"] },
    },
    forbid("nothing imports the tests", { path: "^(provider|sdk|scripts|examples)/" }, { path: "^test/" }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
