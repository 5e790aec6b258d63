"""The resource and one function by their tokens.

A generated SDK has the same with types: `pulumi package gen-sdk <path of pulumi-resource-losant> --language python`.
"""

import pulumi

OUTPUTS = ["deviceIds", "status", "deviceCount", "pendingDeviceIds", "failures", "drift"]


class EdgeDeployment(pulumi.CustomResource):
    """Which version of an edge workflow runs on which devices."""

    def __init__(self, name: str, args: dict, opts: pulumi.ResourceOptions | None = None):
        super().__init__("losant:index:EdgeDeployment", name, {**dict.fromkeys(OUTPUTS), **args}, opts)


def get_edge_workflow(**args) -> dict:
    """Fails, with what comes close, where there is no such workflow."""
    return pulumi.runtime.invoke("losant:index:getEdgeWorkflow", args).value
