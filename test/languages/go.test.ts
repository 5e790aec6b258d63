// The native plugin in Go programs, with the real CLI: examples/go as it lies in the repository, and every function.
import { describeLanguage } from "../support/languages.js";
import { testFunctions } from "../support/native-functions.js";
import { testLife } from "../support/native-life.js";

await describeLanguage("go", testLife);
await describeLanguage("go", testFunctions, "functions");
