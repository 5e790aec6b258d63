package plant;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.ResourceArgs;
import java.util.List;
import java.util.Map;

/**
 * Which version of an edge workflow runs on which devices: the resource by its token.
 *
 * <p>A generated SDK has the same with all types: {@code pulumi package gen-sdk <path of pulumi-resource-losant> --language java}.
 */
public final class EdgeDeployment extends CustomResource {
    @Export(name = "status", refs = {String.class}, tree = "[0]")
    public Output<String> status;

    @Export(name = "deviceIds", refs = {List.class, String.class}, tree = "[0,1]")
    public Output<List<String>> deviceIds;

    public EdgeDeployment(String name, Args args) {
        super("losant:index:EdgeDeployment", name, args, CustomResourceOptions.Empty);
    }

    public static final class Args extends ResourceArgs {
        @Import(name = "flowId", required = true)
        public Output<String> flowId;

        @Import(name = "version")
        public Output<String> version;

        @Import(name = "absent")
        public Output<Boolean> absent;

        @Import(name = "deviceIds")
        public Output<List<String>> deviceIds;

        @Import(name = "deviceTags")
        public Output<List<Map<String, String>>> deviceTags;

        @Import(name = "adopt")
        public Output<Boolean> adopt;

        @Import(name = "exclusive")
        public Output<Boolean> exclusive;

        @Import(name = "maxDevices")
        public Output<Integer> maxDevices;

        @Import(name = "rollout")
        public Output<Map<String, Object>> rollout;
    }
}
