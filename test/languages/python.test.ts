// Every function of the native plugin in a Python program, with the real CLI. The life of a resource is in test/cli/native-python.
import { describeLanguage } from "../support/languages.js";
import { testFunctions } from "../support/native-functions.js";

await describeLanguage("python", testFunctions, "functions");
