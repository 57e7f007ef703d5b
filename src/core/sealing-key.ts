/**
 * Which of the encryption keys seals: the same one in all processes (src/features/keys/key-roll.ts). The holder is shared by
 * everything in a process that seals, and changes while it runs.
 */
export type SealingKey = { id: string };
