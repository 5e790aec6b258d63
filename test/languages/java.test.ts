// The native plugin in Java programs, with the real CLI: examples/java as it lies in the repository, and every function.
import { describeLanguage } from "../support/languages.js";
import { testFunctions } from "../support/native-functions.js";
import { testLife } from "../support/native-life.js";

await describeLanguage("java", testLife);
await describeLanguage("java", testFunctions, "functions");
