package plant;

import com.pulumi.core.Output;
import com.pulumi.core.TypeShape;
import com.pulumi.core.annotations.Import;
import com.pulumi.deployment.Deployment;
import com.pulumi.resources.InvokeArgs;
import java.util.Map;

/** The functions of the plugin by their tokens. */
public final class Losant {
    /** Fails, with what comes close, where there is no such workflow. */
    public static Output<Map<String, Object>> getEdgeWorkflow(WorkflowArgs args) {
        return invoke("getEdgeWorkflow", args);
    }

    static Output<Map<String, Object>> invoke(String function, InvokeArgs args) {
        return Deployment.getInstance().invoke("losant:index:" + function, TypeShape.map(String.class, Object.class), args);
    }

    public static final class WorkflowArgs extends InvokeArgs {
        @Import(name = "name")
        public String name;

        @Import(name = "version")
        public String version;
    }
}
