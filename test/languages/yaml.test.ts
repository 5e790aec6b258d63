// Every function of the native plugin in a YAML program, with the real CLI. The life of a resource is in test/cli/native-yaml.
import { describeLanguage } from "../support/languages.js";
import { testFunctions } from "../support/native-functions.js";

await describeLanguage("yaml", testFunctions, "functions");
