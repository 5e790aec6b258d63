/** The fleet at a glance: one sentence, and a tile a state that shows its devices. */
import type { Show } from "../arrange.js";
import type { ApplicationStatus } from "../fleet-status.js";
import { SHOW_WORDS, verdict } from "../wording.js";
import { Icon } from "./icon.js";

export interface SummaryProps {
  readonly application: ApplicationStatus;
  readonly show: Show;
  readonly knowsDrift: boolean;
  readonly onShow: (show: Show) => void;
}

const TILES = [
  "all",
  "failed",
  "drifted",
  "pending",
  "deployed",
  "empty",
  "offline",
] as const satisfies readonly Show[];

export function Summary({ application, show, knowsDrift, onShow }: SummaryProps) {
  const { counts } = application;
  return (
    <section class="summary" aria-label="Summary">
      <p class="verdict" data-tone={worstOf(application)}>
        <Icon state={worstOf(application)} /> {verdict(application)}
      </p>
      <div class="tiles" role="group" aria-label="Show">
        {TILES.map((tile) => {
          const count = tile === "all" ? counts.devices : counts[tile];
          const isUnknown = tile === "drifted" && !knowsDrift;
          return (
            <button
              key={tile}
              class="tile"
              data-tone={count > 0 ? tile : "none"}
              aria-pressed={show === tile}
              disabled={isUnknown}
              title={isUnknown ? "Drift is known with --stack: it says what is declared" : undefined}
              onClick={() => onShow(show === tile ? "all" : tile)}
            >
              <span class="number">{isUnknown ? "?" : count.toLocaleString("en")}</span>
              <span class="what">
                {tile !== "all" && <Icon state={tile} />}
                {SHOW_WORDS[tile]}
              </span>
            </button>
          );
        })}
      </div>
    </section>
  );
}

function worstOf({ counts }: ApplicationStatus): "failed" | "drifted" | "pending" | "deployed" | "empty" {
  const worst = (["failed", "drifted", "pending", "deployed"] as const).find((state) => counts[state] > 0);
  return worst ?? "empty";
}
