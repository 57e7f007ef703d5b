import type { Command } from './admin-command.ts';

/** The rotation of the encryption key, step by step (docs/operations.md, "Rotate the encryption key"). */

export const keyUsage = `  reencrypt                                   seals everything in its place with the first of ENCRYPTION_KEYS;
                                              exit 1 when something does not open
  keys status                                 which keys there are, what needs them, and which process has them
  keys rotate                                 moves everything to the first of ENCRYPTION_KEYS; exit 1 when something is left
  keys retire --key ID [--reason TEXT]        the key may be taken out of ENCRYPTION_KEYS; exit 1 while something needs it;
                                              with a reason all the same, for a key that is lost`;

const names = ['reencrypt', 'keys status', 'keys rotate', 'keys retire'] as const;

/** Whether a command seals with the first of its keys, which the running processes may not do yet. */
export function movesKeys(command: string): boolean {
  return command === 'reencrypt' || command === 'keys rotate';
}

export const keyCommands: Record<string, Command> = Object.fromEntries(
  names.map((name): [string, Command] => [
    name,
    async (db, values, config) => {
      const { keySteps } = await import('./key-steps.ts');
      await keySteps[name](db, values, config);
    },
  ]),
);
