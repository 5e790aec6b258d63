/** Writes the SDK of the plugin into the folder; says who has made it. */
export function generateSdk(
  language: "go" | "python" | "nodejs" | "dotnet" | "java",
  plugin: string,
  folder: string,
): Promise<"pulumi" | "generator">;
