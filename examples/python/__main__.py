"""A plant by tag. Tag a new device in Losant, and the next `pulumi preview` shows it joining."""

import pulumi

from losant import EdgeDeployment, get_edge_workflow

version = pulumi.Config().get("version") or "v1.2.3"

plant = EdgeDeployment(
    "plant",
    {
        "flowId": get_edge_workflow(name="Telemetry")["id"],
        "version": version,
        "deviceTags": [{"key": "site", "value": "graz"}],
        "maxDevices": 20,
        "rollout": {"batches": [1, "25%", "100%"], "timeoutSeconds": 300},
    },
)

pulumi.export("status", plant.status)
pulumi.export("devices", plant.deviceIds)
