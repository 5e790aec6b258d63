// Every function of the plugin, and a workflow that must not run.
package main

import (
	"github.com/pulumi-losant/sdk/go/losant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		devices, err := losant.GetDevices(ctx, &losant.GetDevicesArgs{
			Tags: []losant.DeviceTag{{Key: pulumi.StringRef("hall"), Value: pulumi.StringRef("a")}},
		})
		if err != nil {
			return err
		}
		workflow, err := losant.GetEdgeWorkflow(ctx, &losant.GetEdgeWorkflowArgs{Name: pulumi.StringRef("Telemetry")})
		if err != nil {
			return err
		}
		all, err := losant.GetEdgeDeployments(ctx, &losant.GetEdgeDeploymentsArgs{FlowId: &workflow.Id})
		if err != nil {
			return err
		}
		// In Go, GetEdgeDeployment reads the resource of that name, as everywhere in Pulumi.
		one, err := losant.LookupEdgeDeployment(ctx, &losant.LookupEdgeDeploymentArgs{Id: all.Deployments[0].Id})
		if err != nil {
			return err
		}
		nothing, err := losant.NewEdgeDeployment(ctx, "nothing", &losant.EdgeDeploymentArgs{
			FlowId:    pulumi.String(workflow.Id),
			DeviceIds: pulumi.ToStringArray(devices.Ids),
			Absent:    pulumi.Bool(true),
			Adopt:     pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		ctx.Export("firstDevice", pulumi.String(*devices.Devices[0].Name))
		ctx.Export("newestVersion", pulumi.String(workflow.Versions[0].Version))
		ctx.Export("deployments", pulumi.Int(all.TotalCount))
		ctx.Export("device", pulumi.String(one.DeviceId))
		ctx.Export("status", nothing.Status)
		return nil
	})
}
