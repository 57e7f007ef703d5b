import { pause } from '../installation.ts';
import type { Random } from '../random.ts';
import { expectStatus, type World } from '../scene.ts';
import type { Field, Upheaval } from './field.ts';

const forMs = 20_000;
const everyMs = 900;
const pausedMs = 5_000;

type Sender = Record<string, string | null>;
type Settings = { quietHours: unknown; sender?: Sender };

/** Names and numbers change under load, quiet hours of a kind that nobody sends too, and the practice is paused. */
export const settingsChanged: Upheaval = async (field) => {
  const { world, random } = field;
  const { status, body } = await world.calls.api('GET', '/settings');
  if (status !== 200) {
    world.journal.surprise(`GET /settings answered ${status}`);
    return;
  }
  const { quietHours, sender = {} } = body as Settings;
  try {
    await Promise.all([changeFor(world, random), changeFor(world, random), pauseBriefly(field)]);
  } finally {
    const before = Object.fromEntries(changedFields.map((name) => [name, sender[name] ?? null]));
    await patch(world, { quietHours, sender: before });
  }
};

const changedFields = ['displayName', 'supportPhone', 'postalAddress'] as const;

/** One of two people who save at once. */
async function changeFor(world: World, random: Random): Promise<void> {
  for (const end = Date.now() + forMs; Date.now() < end && !world.over.aborted;) {
    await patch(world, drawChange(random));
    await pause(random.between(0, 2 * everyMs), world.over);
  }
}

function drawChange(random: Random): Settings | { sender: Sender } {
  const number = random.whole(10, 99);
  return random.pick([
    { sender: { displayName: `Soak Practice ${number}` } },
    { sender: { supportPhone: `+1 202 555 01${number}` } },
    { sender: { postalAddress: `${number} Main Street, Springfield, IL 62701` } },
    {
      quietHours: {
        from: `03:${(number % 50) + 10}`,
        to: '07:00',
        methods: ['sms'],
        kinds: ['appointment_notice'],
      },
    },
  ]);
}

async function patch({ calls, journal }: World, body: unknown): Promise<void> {
  const answer = await calls.api('PATCH', '/settings', body);
  expectStatus({ journal }, 'PATCH /settings', answer, [200]);
}

/** As an operator does. */
async function pauseBriefly({ service, world, random }: Field): Promise<void> {
  await pause(random.between(0, forMs / 3), world.over);
  const order = async (words: string[]): Promise<void> => {
    const { code, output } = await service.admin(words);
    if (code !== 0) world.journal.surprise(`${words[0]} ended with ${code}: ${output.slice(-300)}`);
  };
  try {
    await order(['pause', '--practice', 'demo', '--reason', 'by the soak']);
    await pause(pausedMs, world.over);
  } finally {
    await order(['resume', '--practice', 'demo']);
  }
}
