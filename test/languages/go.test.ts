// examples/go, as it lies in the repository: the native plugin in a Go program, with the real CLI.
import { describeLanguage } from "../support/languages.js";
import { testLife } from "../support/native-life.js";

await describeLanguage("go", testLife);
