import { execFileSync, spawnSync } from 'node:child_process';

/** A program as it is to be started. */
export type Command = { command: string; args: string[] };

/** The user to run as when we are root; PostgreSQL refuses root. */
export type ServerUser = { name: string; uid: number; gid: number };

/**
 * The user for PostgreSQL: undefined when we are not root and keep our own user. No user is ever created: where the
 * machine has no `postgres`, `nobody` does as well, for the data folder is made over to it.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = numericId('-u', name);
    const gid = numericId('-g', name);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody".');
}

/**
 * The program under `setpriv` (Linux), where that works, for two things:
 * - `stopSignal` reaches it by the kernel when its keeper is killed;
 * - `user` gets the capability to pass folders it could not enter: a checkout is often in a folder of mode 700, and
 *   the program and its data lie in there. It is the only power that it gets.
 * Elsewhere the command comes back as it is, and `user` has to be applied by the caller: `setpriv: false`.
 */
export function withPrivileges(
  program: Command,
  stopSignal: NodeJS.Signals,
  user?: ServerUser,
): Command & { setpriv: boolean } {
  const options = [
    `--pdeathsig=${stopSignal.replace('SIG', '')}`,
    ...(user
      ? [
          `--reuid=${user.uid}`,
          `--regid=${user.gid}`,
          '--clear-groups',
          // PostgreSQL asks access(2) for its own programs, which else forgets the capability of a user but root.
          '--securebits=+no_setuid_fixup',
          '--inh-caps=+dac_override',
          '--ambient-caps=+dac_override',
        ]
      : []),
    '--',
  ];
  if (!setprivWorks(options)) return { ...program, setpriv: false };
  return {
    command: 'setpriv',
    args: [...options, program.command, ...program.args],
    setpriv: true,
  };
}

const known = new Map<string, boolean>();

/** Tried, not guessed: it may be missing, be BusyBox's, or be refused the capability in a container. */
function setprivWorks(options: string[]): boolean {
  const key = options.join(' ');
  let works = known.get(key);
  if (works === undefined) {
    works =
      process.platform === 'linux' &&
      spawnSync('setpriv', [...options, 'true'], { stdio: 'ignore' }).status === 0;
    known.set(key, works);
  }
  return works;
}

function numericId(option: '-u' | '-g', name: string): number | undefined {
  try {
    const output = execFileSync('id', [option, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(output);
  } catch {
    return undefined;
  }
}
