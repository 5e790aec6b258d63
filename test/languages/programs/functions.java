package plant;

import com.pulumi.Pulumi;
import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.InvokeArgs;
import java.util.List;
import java.util.Map;

/** Every function of the plugin, and a workflow that must not run. */
public final class App {
    public static void main(String[] programArgs) {
        Pulumi.run(ctx -> {
            var devices = Losant.invoke("getDevices", new DevicesArgs());
            var named = new Losant.WorkflowArgs();
            named.name = "Telemetry";
            var workflow = Losant.getEdgeWorkflow(named);
            Output<String> flowId = workflow.applyValue(found -> (String) found.get("id"));
            var ofFlow = new DeploymentsArgs();
            ofFlow.flowId = flowId;
            var all = Losant.invoke("getEdgeDeployments", ofFlow);
            var first = new DeploymentArgs();
            first.id = all.applyValue(found -> (String) listOf(found, "deployments").get(0).get("id"));
            var one = Losant.invoke("getEdgeDeployment", first);

            var args = new EdgeDeployment.Args();
            args.flowId = flowId;
            args.deviceIds = devices.applyValue(found -> (List<String>) found.get("ids"));
            args.absent = Output.of(true);
            args.adopt = Output.of(true);
            var nothing = new EdgeDeployment("nothing", args);

            ctx.export("firstDevice", devices.applyValue(found -> listOf(found, "devices").get(0).get("name")));
            ctx.export("newestVersion", workflow.applyValue(found -> listOf(found, "versions").get(0).get("version")));
            ctx.export("deployments", all.applyValue(found -> found.get("totalCount")));
            ctx.export("device", one.applyValue(found -> found.get("deviceId")));
            ctx.export("status", nothing.status);
        });
    }

    private static List<Map<String, Object>> listOf(Map<String, Object> found, String name) {
        return (List<Map<String, Object>>) found.get(name);
    }

    private static final class DevicesArgs extends InvokeArgs {
        @Import(name = "tags")
        private List<Map<String, String>> tags = List.of(Map.of("key", "hall", "value", "a"));
    }

    private static final class DeploymentsArgs extends InvokeArgs {
        @Import(name = "flowId")
        private Output<String> flowId;
    }

    private static final class DeploymentArgs extends InvokeArgs {
        @Import(name = "id", required = true)
        private Output<String> id;
    }
}
