/** Something is happening: minutes of silence look like a hang. All of it goes to stderr, stdout stays for results. */

const LIVE_MS = 1_000;
const LOG_MS = 15_000;

/** @param {number} ms */
export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/**
 * Shows `label` while `work` runs: one live line on a terminal, a line every 15 s in a log.
 *
 * @template T
 * @param {string} label
 * @param {(detail: (text: string) => void) => Promise<T>} work
 * @param {{ stream?: NodeJS.WriteStream }} [options]
 * @returns {Promise<T>}
 */
export async function withProgress(label, work, { stream = process.stderr } = {}) {
  const started = Date.now();
  let detail = "";
  const line = () => `… ${label} (${duration(Date.now() - started)}${detail && `, ${detail}`})`;
  const show = () => stream.write(stream.isTTY ? `\r\x1b[K${line().slice(0, stream.columns || 80)}` : `${line()}\n`);

  if (stream.isTTY) show();
  else stream.write(`… ${label}\n`);
  const timer = setInterval(show, stream.isTTY ? LIVE_MS : LOG_MS);
  const end = (mark) => {
    clearInterval(timer);
    stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${mark} ${label} (${duration(Date.now() - started)})\n`);
  };
  try {
    const result = await work((text) => {
      detail = text;
    });
    end("✓");
    return result;
  } catch (error) {
    end("✗");
    throw error;
  }
}
