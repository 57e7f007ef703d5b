import type { Installation } from '../installation.ts';
import type { Random } from '../random.ts';
import type { World } from '../scene.ts';

/** What an upheaval works on. */
export type Field = { service: Installation; world: World; random: Random };

export type Upheaval = (field: Field) => Promise<void>;
