/**
 * `N passed, N failed, N skipped` of Jest's JSON report. A file that could not even be loaded counts as one failure: its
 * tests are unknown, and "0 failed" would be a lie. Pure.
 *
 * @param {Record<"numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests" | "numRuntimeErrorTestSuites", number>} report
 */
export function countsIn(report) {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}
