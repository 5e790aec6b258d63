/**
 * Runtime errors of a version: how pages of them become a list. Losant's call has no page and no total: it answers the
 * newest so many before a moment. So a page goes on where the one before ended, until one brings nothing older. That
 * needs neither the largest limit, nor whether `end` itself is included, both of which are not documented.
 */
import * as z from "zod";
import { visibleText } from "../text/visible-text.js";
import type { RuntimeError, VersionErrors } from "./types.js";

/** Query of `GET .../versions/V/errors`. */
export interface ErrorsQuery {
  /** How far back from `end`, in milliseconds. */
  readonly duration: number;
  /** Milliseconds since 1970. @default now, by Losant's clock */
  readonly end?: number;
  readonly limit: number;
  readonly sortDirection: "desc";
}

/** One answer: errors, and since when it holds them. */
export interface ErrorsPage {
  readonly start?: number;
  /** Where none was asked for: now, by Losant's clock. */
  readonly end?: number;
  readonly errors: readonly RuntimeError[];
}

/** The largest documented default of a listing's page: no limit that Losant is known to accept is larger. */
const LIMIT = 100;
const MAX_PAGES = 20;
/** Losant's clock and ours may differ by so much; where they differ by more, the answer says so. */
const SKEW_MS = 5 * 60_000;

/** @param since - milliseconds since 1970, by Losant's clock */
export async function readErrorsSince(
  since: number,
  now: number,
  read: (query: ErrorsQuery) => Promise<ErrorsPage>,
): Promise<VersionErrors> {
  // Clocks may have fractions of a millisecond, and Losant takes whole ones.
  let duration = Math.ceil(Math.max(now - since, 0)) + SKEW_MS;
  const ask = (end: number | undefined): Promise<ErrorsPage> =>
    read({ duration, limit: LIMIT, sortDirection: "desc", ...(end === undefined ? {} : { end }) });
  let page = await ask(undefined);
  const { end } = page;
  if (page.start !== undefined && page.start > since) {
    duration += Math.ceil(page.start - since);
    page = await ask(undefined);
  }
  const errors: RuntimeError[] = [];
  let pending: readonly RuntimeError[] = [];
  let upTo = Infinity;
  for (let pages = 1; ; pages += 1) {
    const found = page.errors.filter(({ at }) => at >= since && at <= upTo);
    const oldest = found.reduce((least, { at }) => Math.min(least, at), Infinity);
    // All that is left is of one moment, which the page before may have cut.
    if (found.length === 0 || (oldest === upTo && found.length <= pending.length)) {
      return { errors: [...errors, ...pending], isComplete: true, end };
    }
    if (pages === MAX_PAGES) return { errors: [...errors, ...found], isComplete: false, end };
    if (oldest === upTo) {
      errors.push(...found);
      pending = [];
      upTo = oldest - 1;
    } else {
      errors.push(...found.filter(({ at }) => at > oldest));
      pending = found.filter(({ at }) => at === oldest);
      upTo = oldest;
    }
    page = await ask(upTo + 1);
  }
}

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
/** What a workflow throws may hold anything, and be of any length. */
const MAX_SHOWN = 200;
const shownText = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === null ? undefined : shownBrief(text) || undefined));

function shownBrief(text: string): string {
  const brief = text.trim().replaceAll(/\s+/g, " ");
  return visibleText(brief.length > MAX_SHOWN ? `${brief.slice(0, MAX_SHOWN)}...` : brief);
}

/**
 * An answer about another version is none: the path takes an id or a name, and a name may look like an id. An error
 * without its device or its time could be neither counted nor left out, so it is unreadable.
 */
export function errorsPageOf(version: string): z.ZodType<ErrorsPage> {
  const asked = z
    .string()
    .nullish()
    .refine((answered) => answered === undefined || answered === null || answered === version, {
      error: `is not the version "${version}" that was asked for`,
    });
  return z.object({
    flowVersion: asked,
    start: time.nullish().transform((at) => at ?? undefined),
    end: time.nullish().transform((at) => at ?? undefined),
    errors: z.array(
      z
        .object({
          flowVersion: asked,
          deviceId: z.string().min(1),
          time,
          nodeId: shownText,
          nodeLabel: shownText,
          error: z.object({ name: shownText, message: shownText }).nullish(),
        })
        .transform(({ deviceId, time: at, nodeId, nodeLabel, error }) => ({
          deviceId: deviceId.toLowerCase(),
          at,
          nodeId,
          nodeLabel,
          name: error?.name,
          message: error?.message,
        })),
    ),
  });
}
