/** The whole page: what is looked at, and its parts. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatAgo } from "../../../provider/words.js";
import { isShown, matchesSearch, searchText, sortedBy } from "../arrange.js";
import type { Order, Show } from "../arrange.js";
import type { ApplicationStatus, FleetStatus } from "../fleet-status.js";
import { visibleText } from "../../../provider/text/visible-text.js";
import { Details } from "./details.js";
import type { Place } from "./details.js";
import type { Controls } from "./live.js";
import { Matrix } from "./matrix.js";
import { Summary } from "./summary.js";
import { Toolbar } from "./toolbar.js";

export interface AppProps {
  readonly status: FleetStatus;
  /** Of a live page. */
  readonly controls?: Controls;
  /** A live page whose server does not answer. */
  readonly isLost?: boolean;
}

export function App({ status, controls, isLost = false }: AppProps) {
  const [applicationId, setApplicationId] = useState("");
  const [show, setShow] = useState<Show>("all");
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<Order>("worst");
  const [place, setPlace] = useState<Place>();
  const now = useNow(status.readAt);
  const application = status.applications.find(({ id }) => id === applicationId) ?? status.applications[0];
  const devices = useShownDevices(application, show, search, order);
  useEffect(() => {
    if (application !== undefined) document.title = titleOf(status, application);
  }, [status, application]);
  if (application === undefined) return <p class="loading">There is no application to show.</p>;

  const device = place && application.devices.find(({ id }) => id === place.deviceId);
  return (
    <div class="app">
      <Header
        {...{ status, application, now, isLost, isLive: controls !== undefined, onApplication: setApplicationId }}
      />
      <main>
        <Summary {...{ application, show, knowsDrift: status.stacks.length > 0, onShow: setShow }} />
        <Notes notes={status.notes} />
        <Toolbar
          {...{ search, order, shown: devices.length, all: application.counts.devices }}
          onSearch={setSearch}
          onOrder={setOrder}
        />
        {devices.length > 0 ? (
          <Matrix {...{ application, devices, now, onOpen: setPlace }} key={application.id} />
        ) : (
          <Nothing
            isFleetEmpty={application.devices.length === 0}
            onReset={() => {
              setShow("all");
              setSearch("");
            }}
          />
        )}
      </main>
      {place !== undefined && device !== undefined && (
        <Details {...{ application, device, place, now, controls }} onClose={() => setPlace(undefined)} />
      )}
    </div>
  );
}

interface HeaderProps {
  readonly status: FleetStatus;
  readonly application: ApplicationStatus;
  readonly now: Date;
  readonly isLive: boolean;
  readonly isLost: boolean;
  readonly onApplication: (id: string) => void;
}

function Header({ status, application, now, isLive, isLost, onApplication }: HeaderProps) {
  const { stacks, applications, readAt } = status;
  const read = new Date(readAt);
  const isOld = !isLive && now.getTime() - read.getTime() > OLD_MS;
  return (
    <header class="top">
      <h1>
        Fleet status
        {stacks.length > 0 && <bdi class="stacks">{stacks.map(visibleText).join(", ")}</bdi>}
      </h1>
      {applications.length > 1 ? (
        <select
          aria-label="Application"
          value={application.id}
          onChange={(event) => onApplication(event.currentTarget.value)}
        >
          {applications.map((one) => (
            <option value={one.id} key={one.id}>
              {visibleText(one.name ?? one.id)}
            </option>
          ))}
        </select>
      ) : (
        <bdi class="application">{visibleText(application.name ?? application.id)}</bdi>
      )}
      <p class="read" data-tone={isLost ? "failed" : isOld ? "drifted" : undefined}>
        {isLive ? (
          <span>
            <span class="pulse" /> {isLost ? "The simulator does not answer" : "Live"}
          </span>
        ) : (
          <time dateTime={readAt} title={read.toISOString()}>
            {isOld && "Old: "}as of {formatAgo(read, now)} · {readAt.slice(0, 16).replace("T", " ")} UTC
          </time>
        )}
      </p>
    </header>
  );
}

/** A page on a wall has to say that it does not speak of today. */
const OLD_MS = 24 * 3_600_000;

function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="notes" aria-label="What is not known">
      {notes.map((note) => (
        <li key={note}>{visibleText(note)}</li>
      ))}
    </ul>
  );
}

function Nothing({ isFleetEmpty, onReset }: { readonly isFleetEmpty: boolean; readonly onReset: () => void }) {
  if (isFleetEmpty) return <p class="nothing">This application has no edge device.</p>;
  return (
    <p class="nothing">
      No device matches. <button onClick={onReset}>Show all devices</button>
    </p>
  );
}

function useShownDevices(application: ApplicationStatus | undefined, show: Show, search: string, order: Order) {
  const texts = useRef(new WeakMap<object, string>());
  const workflows = useMemo(() => new Map(application?.workflows.map((flow) => [flow.id, flow])), [application]);
  const sorted = useMemo(() => sortedBy(application?.devices ?? [], order), [application, order]);
  return useMemo(
    () =>
      sorted.filter((device) => {
        if (!isShown(device, show)) return false;
        if (search.trim() === "") return true;
        const text = texts.current.get(device) ?? searchText(device, workflows);
        texts.current.set(device, text);
        return matchesSearch(text, search);
      }),
    [sorted, show, search, workflows],
  );
}

/** The time, as often as its words change. A live page's clock may be behind its server's. */
function useNow(readAt: string): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, [readAt]);
  return useMemo(() => new Date(Math.max(now.getTime(), Date.parse(readAt))), [now, readAt]);
}

function titleOf({ stacks }: FleetStatus, { counts, name, id }: ApplicationStatus): string {
  const bad = counts.failed + counts.drifted;
  const what = visibleText(stacks.length > 0 ? stacks.join(", ") : (name ?? id));
  return `${bad > 0 ? `(${bad}) ` : ""}${what} · Fleet status`;
}
