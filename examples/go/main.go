// A plant by tag. Tag a new device in Losant, and the next `pulumi preview` shows it joining.
package main

import (
	"github.com/pulumi-losant/sdk/go/losant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		version := config.Get(ctx, "version")
		if version == "" {
			version = "v1.2.3"
		}
		// Fails, with what comes close, where there is no such workflow.
		workflow, err := losant.GetEdgeWorkflow(ctx, &losant.GetEdgeWorkflowArgs{Name: pulumi.StringRef("Telemetry")})
		if err != nil {
			return err
		}
		plant, err := losant.NewEdgeDeployment(ctx, "plant", &losant.EdgeDeploymentArgs{
			FlowId:     pulumi.String(workflow.Id),
			Version:    pulumi.String(version),
			DeviceTags: losant.DeviceTagArray{losant.DeviceTagArgs{Key: pulumi.String("site"), Value: pulumi.String("graz")}},
			MaxDevices: pulumi.Int(20),
			Rollout: losant.RolloutArgs{
				Batches:        pulumi.Array{pulumi.Int(1), pulumi.String("25%"), pulumi.String("100%")},
				TimeoutSeconds: pulumi.Float64(300),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("status", plant.Status)
		ctx.Export("devices", plant.DeviceIds)
		return nil
	})
}
