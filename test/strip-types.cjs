// The whole transformer: erase the types, keep every position. What the tests run is what tsc compiles.
const { stripTypeScriptTypes } = require("node:module");
module.exports = { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
