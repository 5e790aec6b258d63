/**
 * Starts a Java program for the Pulumi CLI, where Pulumi's own host for Java is not there: its Go module is not served by
 * every proxy. It does what that host does for a Maven project: `mvn compile exec:java` with the run's settings in the
 * environment. The CLI, Pulumi's SDK for Java and the program are the real ones.
 */
import { spawn } from "node:child_process";
import grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";

const engine = process.argv.at(-1);
const MAVEN = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "--no-transfer-progress", "--quiet", "compile"];
/** The program has said itself what is wrong. */
const SAID = 32;

/** What Pulumi's SDK for Java reads. */
const environmentOf = (request) => ({
  PULUMI_MONITOR: request.getMonitorAddress(),
  PULUMI_ENGINE: engine,
  PULUMI_PROJECT: request.getProject(),
  PULUMI_STACK: request.getStack(),
  PULUMI_ORGANIZATION: request.getOrganization(),
  PULUMI_ROOT_DIRECTORY: request.getInfo()?.getRootDirectory() ?? request.getPwd(),
  PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  PULUMI_DRY_RUN: String(request.getDryrun()),
  PULUMI_PARALLEL: String(request.getParallel()),
});

function run({ request }, answer) {
  const child = spawn("mvn", [...MAVEN, "exec:java"], {
    cwd: request.getInfo()?.getProgramDirectory() ?? request.getPwd(),
    env: { ...process.env, ...environmentOf(request) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  child.on("error", (error) => answer(error));
  child.on("exit", (code, signal) => {
    const response = new language.RunResponse();
    if (code === SAID) response.setBail(true);
    else if (code !== 0) response.setError(`the Java program ended with ${signal ?? `exit code ${code}`}`);
    answer(null, response);
  });
}

const server = new grpc.Server();
server.addService(languageService.LanguageRuntimeService, {
  getPluginInfo: (_call, answer) => answer(null, new plugin.PluginInfo()),
  getRequiredPlugins: (_call, answer) => answer(null, new language.GetRequiredPluginsResponse()),
  getRequiredPackages: (_call, answer) => answer(null, new language.GetRequiredPackagesResponse()),
  installDependencies: (call) => call.end(),
  cancel: (_call, answer) => answer(null, new empty.Empty()),
  run,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
