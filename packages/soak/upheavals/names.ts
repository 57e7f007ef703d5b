/** What happens to an installation in its life, beside deaths, freezes and faults of providers. */
export const upheavalNames = [
  'rollingRestart',
  'connectionsCut',
  'databaseAway',
  'databaseReadOnly',
  'keyRotation',
  'movedClock',
  'unreadableRow',
  'settingsChanged',
  'largeSignals',
  /** For the length of the run. */
  'slowEndpoints',
] as const;
export type UpheavalName = (typeof upheavalNames)[number];
