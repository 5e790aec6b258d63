/** The page of `npm run simulator`: what the simulator shows now, and what can be done to it by hand. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { App } from "./app.js";
import { follow, sendAction } from "./live.js";
import type { Controls, LiveStatus } from "./live.js";

export function LiveApp() {
  const [live, setLive] = useState<LiveStatus>();
  const [isLost, setLost] = useState(false);
  const again = useRef(() => {});
  useEffect(() => {
    const stop = new AbortController();
    again.current = follow(setLive, setLost, stop.signal);
    return () => stop.abort();
  }, []);
  const controls = useMemo<Controls>(
    () => ({
      versionsOf: (flowId) => live?.versions[flowId] ?? [],
      behaviourOf: (deviceId) => live?.behaviours[deviceId] ?? "immediate",
      act: async (action) => {
        const problem = await sendAction(action);
        again.current();
        return problem;
      },
    }),
    [live],
  );
  if (live === undefined)
    return <p class="loading">{isLost ? "The simulator does not answer." : "Reading the fleet …"}</p>;
  return <App status={live.status} controls={controls} isLost={isLost} />;
}
