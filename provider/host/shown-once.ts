/**
 * An error that a person sees once. The host of dynamic providers prints `${error}: ${error.stack}` of a failed read or
 * delete on the row of the stack, and hands `message` to the engine, which shows it with the resource. The first is the
 * same again, without the resource.
 */

/** Where the host prints: an output of the process. */
type Output = Pick<NodeJS.WriteStream, "write">;

/** @param output - @default what `console.error` writes to */
export function shownOnce({ message }: Error, output: Output = process.stderr): Error {
  const shown = new Error(message);
  shown.stack = message;
  // The host asks for the text, and prints it in the same turn. What is printed later is not ours.
  shown.toString = () => {
    silenceThisTurn(output);
    return message;
  };
  return shown;
}

const silent = new WeakSet<Output>();

function silenceThisTurn(output: Output): void {
  if (silent.has(output)) return;
  silent.add(output);
  const { write } = output;
  output.write = () => true;
  queueMicrotask(() => {
    output.write = write;
    silent.delete(output);
  });
}
