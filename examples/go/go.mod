module losant-go

go 1.25.0

require (
	github.com/pulumi-losant/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.259.0
)

// What `pulumi package add` and `pulumi package gen-sdk` write; see docs/native-plugin.md.
replace github.com/pulumi-losant/sdk/go => ./sdks/losant
