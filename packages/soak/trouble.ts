import { freezeWorker, killPart, misbehave, planFreezes, planKills } from './disturb.ts';
import type { Installation } from './installation.ts';
import type { Options } from './options.ts';
import type { World } from './scene.ts';
import { planUpheavals } from './upheavals/plan.ts';
import { keepSlowEndpoints } from './upheavals/slow-endpoints.ts';
import { upheave } from './upheavals/upheave.ts';

/** Everything that goes wrong on purpose in this run. Each resolves when it has come to its end. */
export function cause(options: Options, service: Installation, world: World): Promise<void>[] {
  const { calls, journal, over } = world;
  const kills = (): Promise<void>[] => [
    ...service.parts.map((part) =>
      killPart(service, journal, part, planKills(options, part, service.parts), over),
    ),
    freezeWorker(service, world, planFreezes(options), options.seed),
  ];
  const upheavals = (): Promise<void>[] => [
    upheave({ service, world }, planUpheavals(options), options),
    journal.during('slowEndpoints', () => keepSlowEndpoints(world)),
  ];
  return [
    ...(options.kills ? kills() : []),
    ...(options.faults ? [misbehave(calls, journal, options, over)] : []),
    ...(options.upheavals ? upheavals() : []),
  ];
}
