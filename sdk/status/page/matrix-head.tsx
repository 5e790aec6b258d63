/** The head of the grid: each workflow, and how many devices run which version. */
import { useMemo } from "preact/hooks";
import { runningVersions } from "../arrange.js";
import type { ApplicationStatus, StatusWorkflow } from "../fleet-status.js";
import { visibleText } from "../../../provider/text/visible-text.js";
import { workflowName } from "../wording.js";

/** More would not be readable. */
const SHARES = 3;

export function MatrixHead({ application }: { readonly application: ApplicationStatus }) {
  return (
    <div role="rowgroup" class="head">
      <div role="row" aria-rowindex={1} class="row">
        <div role="columnheader" aria-colindex={1} class="corner">
          Device
        </div>
        {application.workflows.map((workflow, index) => (
          <div role="columnheader" aria-colindex={index + 2} key={workflow.id} title={workflow.id}>
            <bdi class="name">{workflowName(workflow)}</bdi>
            <Versions {...{ application, workflow }} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Versions({
  application,
  workflow,
}: {
  readonly application: ApplicationStatus;
  readonly workflow: StatusWorkflow;
}) {
  const versions = useMemo(() => runningVersions(application.devices, workflow.id), [application, workflow.id]);
  const all = versions.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return <span class="shares">runs nowhere</span>;
  const shown = versions.slice(0, SHARES);
  const more = versions.length - shown.length;
  return (
    <>
      <span class="bar" aria-hidden="true">
        {shown.map(({ version, count }, index) => (
          <span key={version} data-share={index} style={{ flexGrow: String(count) }} />
        ))}
        {more > 0 && <span data-share="rest" style={{ flexGrow: String(all - sumOf(shown)) }} />}
      </span>
      <span class="shares">
        {shown.map(({ version, count }) => (
          <span key={version}>
            <bdi>{visibleText(version)}</bdi> <b>{count.toLocaleString("en")}</b>
          </span>
        ))}
        {more > 0 && <span>+{more} more</span>}
      </span>
    </>
  );
}

function sumOf(versions: readonly { readonly count: number }[]): number {
  return versions.reduce((sum, { count }) => sum + count, 0);
}
