/** Limits of the rotation of encryption keys, each with its unit and its reason. */
export const keyLimits = {
  /** How often a process says which keys it holds, and asks which one seals, in ms. */
  beatEveryMs: 10_000,
  /** A process that was not seen for so long does not run any more, in ms: some beats, and a frozen machine's nap. */
  aliveMs: 60_000,
  /** For how long a process that was killed is remembered, in ms: nobody asks for it after a day. */
  rememberedMs: 24 * 60 * 60 * 1_000,
  /** Clocks of PostgreSQL and Temporal differ by less, in ms: runs that began within it are renewed too. */
  skewMs: 5_000,
  /** How long `keys rotate` waits for processes to change over, in ms: two beats, and a killed one's memory. */
  changeOverMs: 90_000,
  /** `keys rotate` gives up when no run was renewed for so long, in ms: no worker, or a task that fails. */
  renewalMs: 90_000,
  /** Runs asked to renew at once: Temporal's front end takes more, and workers have other things to do. */
  renewalsAtOnce: 20,
  /** Workflows that it names then: enough to look at one in the Temporal UI. */
  runsNamed: 5,
} as const;
