/** What bounds a cell of the matrix of faults. */

/** The time for one attempt of the verb that meets the fault, in milliseconds: stalls end by it. */
export const IMPATIENT_MS = 250;
/** Not after a time, but after these many calls of one verb, or this much waiting, something goes round and round. */
export const MOST_REQUESTS = 120;
export const MOST_SECONDS = 200;
