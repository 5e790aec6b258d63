"""Every function of the plugin, and a workflow that must not run."""

import pulumi
import pulumi_losant as losant

devices = losant.get_devices(tags=[{"key": "hall", "value": "a"}])
workflow = losant.get_edge_workflow(name="Telemetry")
all_of_it = losant.get_edge_deployments(flow_id=workflow.id)
one = losant.get_edge_deployment(id=all_of_it.deployments[0].id)
nothing = losant.EdgeDeployment("nothing", flow_id=workflow.id, device_ids=devices.ids, absent=True, adopt=True)

pulumi.export("firstDevice", devices.devices[0].name)
pulumi.export("newestVersion", workflow.versions[0].version)
pulumi.export("deployments", all_of_it.total_count)
pulumi.export("device", one.device_id)
pulumi.export("status", nothing.status)
