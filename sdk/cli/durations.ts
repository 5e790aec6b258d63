/** Numbers and times on the command line. Pure. */
import { InvalidArgumentError } from "commander";
import ms from "ms";

/** `30s`, `10m`, `2h`; a number alone is seconds. */
export function seconds(text: string): number {
  const isNumber = /^\d+(?:\.\d+)?$/.test(text);
  // `ms` throws for some texts, and takes a number alone for milliseconds.
  const milliseconds = /^\d\S{0,20}$/.test(text) ? ms((isNumber ? `${text}s` : text) as ms.StringValue) : undefined;
  if (milliseconds !== undefined && Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw new InvalidArgumentError("Give a time such as 90s, 10m or 2h.");
}

export function count(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least) return number;
    throw new InvalidArgumentError(`Give a whole number, ${least} or more.`);
  };
}
