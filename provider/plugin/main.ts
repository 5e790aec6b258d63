#!/usr/bin/env node
/**
 * `pulumi-resource-losant`: the process that Pulumi starts for programs in every language. It prints its port and serves
 * until the engine ends it.
 */
import { endWithEngine, engineAddress } from "../host/engine-log.js";
import { isInteractive } from "../host/terminal.js";
import { systemClock } from "../apply/application-ports.js";
import { createInstructions } from "../apply/instructions.js";
import { newRunName, stackTagsOf } from "../host/stack-tags.js";
import { createEngine } from "./engine.js";
import { ResourceProviderService, grpc } from "./protocol.js";
import { createService } from "./service.js";

const engine = createEngine();
const address = engineAddress(process.argv);
if (address !== undefined) engine.connect(address);
endWithEngine({ isEngineAlive: () => engine.isAlive() });

// Lists of ids of large fleets pass the default of 4 MB.
const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(
  ResourceProviderService,
  createService({
    engine,
    env: (name) => process.env[name],
    clock: systemClock,
    isInteractive: isInteractive(),
    instructionsFor: ({ stack, ...run }) => createInstructions({ ...run, tags: stackTagsOf(stack), run: newRunName() }),
  }),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    process.stderr.write(`pulumi-resource-losant: no port on this machine to listen at: ${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`${port}\n`);
});
