/** The supervisor's output for the person at the terminal: short lines, and progress that replaces itself. */
export type Terminal = {
  say(text: string): void;
  /** On a terminal one line that changes; elsewhere a line now and then. */
  progress(text: string): void;
};

const logEveryMs = 15_000;

export function openTerminal(output: NodeJS.WriteStream): Terminal {
  // The window was closed, or the reader of the pipe is gone: no reason to stop the services.
  output.on('error', () => undefined);
  let unfinished = false;
  let lastProgressAt = 0;
  return {
    say(text) {
      output.write(`${unfinished ? '\n' : ''}${text}\n`);
      unfinished = false;
    },
    progress(text) {
      if (output.isTTY) {
        output.write(`\r\u001b[K${text.slice(0, (output.columns || 80) - 1)}`);
        unfinished = true;
      } else if (Date.now() - lastProgressAt >= logEveryMs) {
        lastProgressAt = Date.now();
        output.write(`${text}\n`);
      }
    },
  };
}
