/** Search and order. `/` goes to the search from anywhere. */
import { useEffect, useRef } from "preact/hooks";
import type { Order } from "../arrange.js";

export interface ToolbarProps {
  readonly search: string;
  readonly order: Order;
  readonly shown: number;
  readonly all: number;
  readonly onSearch: (search: string) => void;
  readonly onOrder: (order: Order) => void;
}

export function Toolbar({ search, order, shown, all, onSearch, onOrder }: ToolbarProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== "/" || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  const count = shown === all ? format(all) : `${format(shown)} of ${format(all)}`;
  return (
    <div class="toolbar" role="search">
      <label class="search">
        <span class="hidden">Search</span>
        <input
          ref={input}
          type="search"
          placeholder="Search devices, versions, errors …"
          autoComplete="off"
          spellcheck={false}
          value={search}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <label class="order">
        <span>Sort</span>
        <select value={order} onChange={(event) => onOrder(event.currentTarget.value as Order)}>
          <option value="worst">Worst first</option>
          <option value="newest">Newest change first</option>
          <option value="name">By name</option>
        </select>
      </label>
      <output class="count" aria-live="polite">
        {count} {all === 1 ? "device" : "devices"}
      </output>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

function format(count: number): string {
  return count.toLocaleString("en");
}
