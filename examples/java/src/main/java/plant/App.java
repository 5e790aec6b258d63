package plant;

import com.pulumi.Pulumi;
import com.pulumi.core.Output;
import java.util.List;
import java.util.Map;

/** A plant by tag. Tag a new device in Losant, and the next {@code pulumi preview} shows it joining. */
public final class App {
    public static void main(String[] programArgs) {
        Pulumi.run(ctx -> {
            var named = new Losant.WorkflowArgs();
            named.name = "Telemetry";
            // Fails, with what comes close, where there is no such workflow.
            var workflow = Losant.getEdgeWorkflow(named);

            var args = new EdgeDeployment.Args();
            args.flowId = workflow.applyValue(found -> (String) found.get("id"));
            args.version = Output.of(ctx.config().get("version").orElse("v1.2.3"));
            args.deviceTags = Output.of(List.of(Map.of("key", "site", "value", "graz")));
            args.maxDevices = Output.of(20);
            args.rollout = Output.of(Map.of("batches", List.of(1, "25%", "100%"), "timeoutSeconds", 300));
            var plant = new EdgeDeployment("plant", args);

            ctx.export("status", plant.status);
            ctx.export("devices", plant.deviceIds);
        });
    }
}
