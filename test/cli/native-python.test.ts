// examples/python, as it lies in the repository: the native plugin in a Python program, with the real CLI.
import { describeLanguage } from "../support/languages.js";
import { testLife } from "../support/native-life.js";

await describeLanguage("python", testLife);
