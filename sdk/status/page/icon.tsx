/** A shape a state, so that no state is told by its colour alone. */
export interface IconProps {
  readonly state: "failed" | "drifted" | "pending" | "deployed" | "empty" | "offline" | "online" | "unknown";
}

const SHAPES: Readonly<Record<IconProps["state"], string>> = {
  failed: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8",
  drifted: "M8 2 14.6 13.5H1.4ZM8 6.4v3.2M8 11.6v.1",
  pending: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.6V8l2.4 1.6",
  deployed: "M3 8.6l3.2 3.2L13 5",
  empty: "M4 8h8",
  offline: "M2.5 2.5l11 11M4.6 11.6a5 5 0 0 1 .2-6.9M11.2 4.5a5 5 0 0 1 .6 6.2M8 8v.1",
  online: "M4.5 11.5a5 5 0 0 1 0-7M11.5 4.5a5 5 0 0 1 0 7M8 8v.1",
  unknown: "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1M8 11.4v.1",
};

export function Icon({ state }: IconProps) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" data-state={state}>
      <path d={SHAPES[state]} />
    </svg>
  );
}
